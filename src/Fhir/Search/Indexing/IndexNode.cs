using System.Text;
using System.Text.Json;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>A member of a resource that has values to index, in it or below it: all parameters of a type as one tree.</summary>
internal sealed class IndexNode(string name)
{
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public List<IndexNode> Below { get; } = [];

    /// <summary>What is indexed only of objects that meet a condition.</summary>
    public List<IndexCondition> Conditions { get; } = [];

    public List<IndexLeaf> Leaves { get; } = [];

    public List<IndexComposite> Composites { get; } = [];

    /// <summary>The node of a path, made where there is none.</summary>
    public IndexNode At(IEnumerable<string> members)
    {
        var node = this;
        foreach (var member in members)
            node = ElementPath.ConditionOf(member) is var (name, value) ? node.Under(name, value) : node.To(member);
        return node;
    }

    private IndexNode To(string member)
    {
        var next = Below.Find(below => below.Name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(member)));
        if (next is null) Below.Add(next = new IndexNode(member));
        return next;
    }

    private IndexNode Under(string member, string value)
    {
        var (name, text) = (Encoding.UTF8.GetBytes(member), Encoding.UTF8.GetBytes(value));
        var condition = Conditions.Find(one => one.Member.AsSpan().SequenceEqual(name) && one.Value.AsSpan().SequenceEqual(text));
        if (condition is null) Conditions.Add(condition = new IndexCondition(name, text, new IndexNode("")));
        return condition.Met;
    }

    public void Add(IndexLeaf leaf)
    {
        if (!Leaves.Contains(leaf)) Leaves.Add(leaf);
    }

    /// <summary>The node of a member; null when nothing of it is indexed.</summary>
    public IndexNode? Find(ref Utf8JsonReader reader)
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

/// <summary>That an object has a member with a text.</summary>
/// <param name="Member">Name of the member.</param>
/// <param name="Value">Its text.</param>
/// <param name="Met">What is indexed of such objects.</param>
internal sealed record IndexCondition(byte[] Member, byte[] Value, IndexNode Met)
{
    /// <param name="reader">Stands at the beginning of a value.</param>
    public bool IsMetBy(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isMember = reader.ValueTextEquals(Member);
            reader.Read();
            if (isMember) return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Value);
            reader.Skip();
        }

        return false;
    }
}

/// <summary>A composite at the element that its components share.</summary>
/// <param name="Place">Key of the parameter.</param>
/// <param name="First">The values that are compared for equality.</param>
/// <param name="Second">The values that stand beside them.</param>
internal sealed record IndexComposite(long Place, IndexNode First, IndexNode Second);
