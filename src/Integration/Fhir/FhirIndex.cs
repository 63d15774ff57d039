using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Defining;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.Integration.Fhir;

/// <summary>Tells what resources are found by, as the search parameters of FHIR R4 say it, in the terms of the database.</summary>
/// <param name="installation">Namespace of the installation, of which its keys are made.</param>
/// <param name="ownBase">Address of the FHIR endpoint, with a slash at its end; null when it has none of its own.</param>
/// <param name="zone">Where a time without an offset, or a date, is meant.</param>
internal sealed class FhirIndex(Guid installation, string? ownBase, TimeZoneInfo zone) : IResourceIndex
{
    /// <summary>Number of the way in which values are made: another one when they are made differently for the same resource.</summary>
    private const int Version = 3;

    /// <summary>Texts that are remembered, some 50 bytes each; then it begins anew.</summary>
    private const int MostTexts = 100_000;

    private readonly ConcurrentDictionary<long, bool> _texts = new();
    private readonly Lock _taking = new();
    private volatile State _state = new(
        0, new ResourceIndexer(ParameterSet.Standard, new IndexKeys(SeedOf(installation)), ownBase, zone));

    public string Way { get; } = $"{Version} {ownBase} {zone.Id}";

    /// <summary>Names values and places.</summary>
    public IndexKeys Keys => _state.Indexer.Keys;

    /// <summary>What resources are searched by: the parameters of FHIR R4 and those of the site.</summary>
    public ParameterSet Parameters => _state.Indexer.Parameters;

    public long Revision => _state.Revision;

    public void Take(ParametersInForce parameters)
    {
        var further = parameters.All.SelectMany(static row => SiteParameter.Read(row.Definition, row.IsComplete).Parameters);
        lock (_taking)
        {
            if (parameters.Revision <= _state.Revision) return;
            _state = new State(
                parameters.Revision, new ResourceIndexer(ParameterSet.Standard.With(further), Keys, ownBase, zone));
        }
    }

    public bool Defines(string type) => type == SiteParameters.Type;

    public IndexRow? Of(FhirResourceRow version) => Of(version, _texts.ContainsKey);

    public IndexRow? WholeOf(FhirResourceRow version) => Of(version, isKnown: null);

    /// <summary>What a version is found by; null when it is not searched, or cannot be read.</summary>
    public IndexEntry? EntryOf(FhirResourceRow version, Predicate<long>? isKnown)
    {
        try
        {
            return _state.Indexer.Index(version.Type, version.Id, version.Content.Span, isKnown);
        }
        catch (JsonException)
        {
            // A former program wrote it so: it is found again by its next version, which must not fail for it.
            return null;
        }
    }

    private IndexRow? Of(FhirResourceRow version, Predicate<long>? isKnown) =>
        EntryOf(version, isKnown) is not { } entry ? null : new IndexRow
        {
            Self = entry.Self,
            Keys = entry.Keys,
            Present = entry.Present,
            Dates = [.. entry.Dates.Select(static date => (date.Place, date.Time.Low, date.Time.High))],
            Texts = entry.Texts,
            Quantities = entry.Numbers,
        };

    public void Remember(IEnumerable<long> texts)
    {
        foreach (var text in texts)
        {
            if (_texts.Count > MostTexts) _texts.Clear();
            _texts[text] = true;
        }
    }

    private sealed record State(long Revision, ResourceIndexer Indexer);

    private static long SeedOf(Guid installation) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData([.. "search index"u8, .. installation.ToByteArray()]));
}
