using System.Text;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>A member of a resource that has values to index, in it or below it: all parameters of a type as one tree.</summary>
internal sealed class IndexNode(string name)
{
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public List<IndexNode> Below { get; } = [];

    public List<IndexLeaf> Leaves { get; } = [];

    public List<IndexComposite> Composites { get; } = [];

    /// <summary>The node of a path, made where there is none.</summary>
    public IndexNode At(IEnumerable<string> members)
    {
        var node = this;
        foreach (var member in members)
        {
            var next = node.Below.Find(below => below.Name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(member)));
            if (next is null) node.Below.Add(next = new IndexNode(member));
            node = next;
        }

        return node;
    }

    public void Add(IndexLeaf leaf)
    {
        if (!Leaves.Contains(leaf)) Leaves.Add(leaf);
    }

    /// <summary>The node of a member; null when nothing of it is indexed.</summary>
    public IndexNode? Find(ref System.Text.Json.Utf8JsonReader reader)
    {
        // Comparing bytes is quicker than what the reader does for names that may be escaped.
        var name = reader.ValueIsEscaped || reader.HasValueSequence ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        foreach (var below in Below)
        {
            if (name.SequenceEqual(below.Name)) return below;
        }

        return null;
    }
}

/// <summary>A composite at the element that its components share.</summary>
/// <param name="Place">Key of the parameter.</param>
/// <param name="First">The values that are compared for equality.</param>
/// <param name="Second">The values that stand beside them.</param>
internal sealed record IndexComposite(long Place, IndexNode First, IndexNode Second);
