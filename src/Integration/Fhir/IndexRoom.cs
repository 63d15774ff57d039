using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.FhirServer;
using CloudPacs.Store.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// How much one change may put into the search index: a few thousand codes in one element are millions of values of its composites, and
/// all other changes would wait for them.
/// </summary>
/// <param name="index">Tells what resources are found by.</param>
internal sealed class IndexRoom(FhirIndex index)
{
    /// <summary>Changes that are no larger have room in any case, and are not looked at.</summary>
    private const int SmallBytes = 8 * 1024;

    private readonly List<FhirResourceRow> _small = [];
    private long _bytes, _keys, _rows;

    /// <summary>Takes the room of a version.</summary>
    /// <returns>Why it is not to be written; null when there is room.</returns>
    public FhirIssue? Take(FhirResourceRow version)
    {
        _bytes += version.Content.Length;
        _small.Add(version);
        if (_bytes <= SmallBytes) return null;
        var hasRoom = _small.TrueForAll(HasRoom);
        _small.Clear();
        return hasRoom ? null : new FhirIssue(
            "too-costly",
            $"This would be found by more than {ResourceIndexer.MostKeys} values, or {ResourceIndexer.MostRows} texts, times and numbers: "
            + "send less in one resource, or fewer resources in one transaction.")
        { Expression = version.Type };
    }

    private bool HasRoom(FhirResourceRow version)
    {
        if (version.Deleted || index.EntryOf(version, isKnown: null) is not { } entry) return true;
        _keys += entry.Keys.Length;
        _rows += entry.Texts.Length + entry.Dates.Length + entry.Numbers.Length;
        return !entry.IsCut && _keys <= ResourceIndexer.MostKeys && _rows <= ResourceIndexer.MostRows;
    }
}
