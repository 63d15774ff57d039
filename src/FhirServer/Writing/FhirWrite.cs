using CloudPacs.Fhir.Editing;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Writing;

/// <summary>One write of one resource; what comes of it depends on what is stored, and is decided when that is locked.</summary>
/// <param name="Type">Type of the resource.</param>
/// <param name="Id">Its logical id; of a new one the id that it gets.</param>
public abstract record FhirWrite(string Type, string Id)
{
    /// <summary>What is written; null for nothing.</summary>
    public virtual ResourceDraft? Content => null;

    /// <summary>The same with other addresses in what is written.</summary>
    /// <param name="addresses">As <see cref="ReferenceRewriting.Rewrite"/> takes them.</param>
    public virtual FhirWrite WithAddresses(IReadOnlyDictionary<string, string> addresses) => this;

    /// <param name="current">The current version, also a deleted one; null when there never was one.</param>
    /// <param name="now">meta.lastUpdated of a new version.</param>
    public abstract WriteOutcome Decide(FhirResourceRow? current, DateTimeOffset now);

    protected FhirResourceRow Version(FhirResourceRow? current, DateTimeOffset now, ResourceDraft? draft)
    {
        var version = (current?.Version ?? 0) + 1;
        return new FhirResourceRow
        {
            Type = Type,
            Id = Id,
            Version = version,
            LastUpdated = now,
            Deleted = draft is null,
            Content = draft?.Stamp(Id, version, now) ?? [],
        };
    }

    /// <summary>The refusal of a write that is for another version than the stored one; null when it is for this one.</summary>
    protected WriteOutcome? Mismatch(int? expected, FhirResourceRow? current) =>
        ExpectedVersion.WhyNot(expected, current, Type) is { } why ? WriteOutcome.Refused(412, "conflict", why) : null;
}

/// <summary>create (FHIR R4 http.html 3.1.0.8): the id is new.</summary>
public sealed record CreateWrite(ResourceDraft Draft, string Id) : FhirWrite(Draft.Type, Id)
{
    public override ResourceDraft? Content => Draft;

    public override FhirWrite WithAddresses(IReadOnlyDictionary<string, string> addresses) =>
        this with { Draft = Draft.WithAddresses(addresses) };

    public override WriteOutcome Decide(FhirResourceRow? current, DateTimeOffset now) =>
        WriteOutcome.Written(201, Version(current, now, Draft));
}

/// <summary>update (FHIR R4 http.html 3.1.0.4), also of what is not there yet or was deleted.</summary>
/// <param name="Draft">The resource.</param>
/// <param name="Id">Its logical id.</param>
/// <param name="Expected">The version that must be the current one; null for any.</param>
public sealed record UpdateWrite(ResourceDraft Draft, string Id, int? Expected) : FhirWrite(Draft.Type, Id)
{
    public override ResourceDraft? Content => Draft;

    public override FhirWrite WithAddresses(IReadOnlyDictionary<string, string> addresses) =>
        this with { Draft = Draft.WithAddresses(addresses) };

    public override WriteOutcome Decide(FhirResourceRow? current, DateTimeOffset now)
    {
        if (Mismatch(Expected, current) is { } refused) return refused;
        if (current is not { Deleted: false }) return WriteOutcome.Written(201, Version(current, now, Draft));
        // What says the same makes no version: whoever sends twice gets the same answer.
        return Draft.Stamp(Id, current.Version, current.LastUpdated).AsSpan().SequenceEqual(current.Content.Span)
            ? WriteOutcome.Kept(200, current)
            : WriteOutcome.Written(200, Version(current, now, Draft));
    }
}

/// <summary>delete (FHIR R4 http.html 3.1.0.7): a version without content; what is not there is deleted already.</summary>
/// <param name="Type">Type of the resource.</param>
/// <param name="Id">Its logical id.</param>
/// <param name="Expected">The version that must be the current one; null for any.</param>
public sealed record DeleteWrite(string Type, string Id, int? Expected) : FhirWrite(Type, Id)
{
    public override WriteOutcome Decide(FhirResourceRow? current, DateTimeOffset now)
    {
        if (Mismatch(Expected, current) is { } refused) return refused;
        return current is { Deleted: false } ? WriteOutcome.Written(204, Version(current, now, null)) : WriteOutcome.Kept(204, current);
    }
}
