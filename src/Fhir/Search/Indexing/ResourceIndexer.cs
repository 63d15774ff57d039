using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>
/// Finds all that a resource can be searched by in one pass over its JSON (FHIR R4 search.html 3.1.1.4), driven by the search parameters of
/// its type. Of many threads each has its own buffers.
/// </summary>
/// <param name="parameters">What resources are searched by.</param>
/// <param name="keys">Names values and places.</param>
/// <param name="ownBase">Address of the server, with a slash at its end, which references may begin with; null for none.</param>
/// <param name="zone">Where a time without an offset, or a date, is meant.</param>
public sealed class ResourceIndexer(ParameterSet parameters, IndexKeys keys, string? ownBase, TimeZoneInfo zone)
{
    /// <summary>Most values of a resource that are compared for equality: a code system with all its codes has fewer.</summary>
    public const int MostKeys = 300_000;

    /// <summary>Most texts of a resource, most times and most numbers.</summary>
    public const int MostRows = 30_000;

    [ThreadStatic]
    private static ValueCollector? scratch;

    private readonly FrozenDictionary<string, IndexNode> _types = IndexTree.All(parameters, keys);
    private readonly byte[]? _ownBase = ownBase is null ? null : Encoding.UTF8.GetBytes(ownBase);

    /// <summary>What resources are searched by.</summary>
    public ParameterSet Parameters { get; } = parameters;

    public IndexKeys Keys { get; } = keys;

    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The values of a resource; null for a type that is not searched.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="id">Its id.</param>
    /// <param name="content">The resource as valid JSON, UTF-8.</param>
    /// <param name="isKnown">Tells of the key of a text whether the text need not be given; null when all are wanted.</param>
    public IndexEntry? Index(string type, string id, ReadOnlySpan<byte> content, Predicate<long>? isKnown = null)
    {
        if (!_types.TryGetValue(type, out var root)) return null;
        var collector = scratch ??= new ValueCollector();
        collector.Begin(Keys, _ownBase, Zone, isKnown);
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = 256 });
        if (reader.Read()) Visit(ref reader, root, collector);
        return collector.Take(Keys.Reference(Encoding.UTF8.GetBytes($"{type}/{id}")));
    }

    /// <summary>Takes what a value, at which the reader stands, has for a node, and leaves the reader at its end.</summary>
    private static void Visit(ref Utf8JsonReader reader, IndexNode node, ValueCollector collector)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Visit(ref reader, node, collector);
            return;
        }

        foreach (var leaf in node.Leaves) Take(ref reader, leaf, collector);
        foreach (var condition in node.Conditions)
        {
            var copy = reader;
            if (condition.IsMetBy(copy)) Visit(ref copy, condition.Met, collector);
        }

        foreach (var composite in node.Composites) Compose(reader, composite, collector);
        if (reader.TokenType != JsonTokenType.StartObject) return;
        if (node.Below.Count == 0)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var below = node.Find(ref reader);
            reader.Read();
            if (below is null) reader.Skip();
            else Visit(ref reader, below, collector);
        }
    }

    private static void Take(ref Utf8JsonReader reader, IndexLeaf leaf, ValueCollector collector)
    {
        // Of a value that is no object the reader has nothing to go on to.
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            ElementValues.TakePrimitive(ref reader, leaf, collector);
            return;
        }

        var copy = reader;
        ElementValues.TakeObject(ref copy, leaf, collector);
    }

    /// <summary>Every value of the second component is kept under each value of the first one that stands in the same element.</summary>
    private static void Compose(Utf8JsonReader reader, IndexComposite composite, ValueCollector collector)
    {
        var first = reader;
        var mark = collector.BeginBeside();
        Visit(ref first, composite.First, collector);
        var values = collector.TakeKeys(mark);
        foreach (var value in values)
        {
            if (collector.IsFull) break;
            collector.Beside = collector.Keys.Beside(composite.Place, value);
            var second = reader;
            Visit(ref second, composite.Second, collector);
            collector.SeenAgain(second.BytesConsumed - reader.BytesConsumed);
        }

        collector.EndBeside();
    }
}
