using System.Buffers.Binary;
using CloudPacs.Dicom;

namespace CloudPacs.Domain;

/// <summary>
/// Values that stand in for better ones that were not sent, such as the time that an order asks for where none was scheduled. Which
/// attributes hold one is stored beside them, so that a stand-in that comes later replaces no better value.
/// </summary>
public static class StandIns
{
    /// <summary>
    /// The tags of these attributes, in an element of the stored attributes that nobody is shown, with a tag that no data set has
    /// (PS3.5 7.8.1).
    /// </summary>
    public static readonly Tag Mark = new(0x0009, 0x0001);

    /// <summary>The tags of attributes that are emptied, but for a stand-in; of news alone, and never stored.</summary>
    public static readonly Tag TakenBack = new(0x0009, 0x0002);

    /// <summary>Says of attributes that they hold stand-ins; those that are not there do not count.</summary>
    public static DataSet Put(DataSet attributes, params ReadOnlySpan<Tag> tags) => Put(attributes, Mark, tags);

    /// <summary>Says of attributes that are emptied that a stand-in, which another one gave, stays.</summary>
    public static DataSet PutTakenBack(DataSet attributes, params ReadOnlySpan<Tag> tags) => Put(attributes, TakenBack, tags);

    /// <summary>Says of attributes that what they hold stands in for nothing.</summary>
    internal static void Remove(DataSet attributes, params ReadOnlySpan<Tag> tags)
    {
        var marked = MarkedTags.Of(attributes, Mark);
        foreach (var tag in tags) marked.Remove(tag);
        marked.Save();
    }

    /// <summary>Whether what is said of an attribute stands in for something better, which is stored.</summary>
    internal static bool Yields(DataSet stored, DataSet news, Tag tag) =>
        MarkedTags.Of(news, Mark).Contains(tag) && !MarkedTags.Of(stored, Mark).Contains(tag)
        && stored.TryGet(tag, out var held) && !held.IsEmpty;

    private static DataSet Put(DataSet attributes, Tag mark, ReadOnlySpan<Tag> tags)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var marked = MarkedTags.Of(attributes, mark);
        foreach (var tag in tags) if (attributes.Contains(tag)) marked.Add(tag);
        marked.Save();
        return attributes;
    }
}

/// <summary>The tags that an element of a data set names, four bytes each; nearly always few or none.</summary>
internal ref struct MarkedTags
{
    private const int Length = 4;
    private readonly DataSet _owner;
    private readonly Tag _mark;
    private readonly ReadOnlySpan<byte> _before;
    private List<Tag>? _tags;

    private MarkedTags(DataSet owner, Tag mark)
    {
        (_owner, _mark) = (owner, mark);
        if (owner.TryGet(mark, out var element)) _before = element.Bytes.Span;
    }

    public static MarkedTags Of(DataSet owner, Tag mark) => new(owner, mark);

    public readonly bool Contains(Tag tag)
    {
        if (_tags is not null) return _tags.Contains(tag);
        for (var rest = _before; rest.Length >= Length; rest = rest[Length..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == tag.Value) return true;
        }

        return false;
    }

    public void Add(Tag tag)
    {
        if (!Contains(tag)) Own().Add(tag);
    }

    public void Remove(Tag tag)
    {
        if (Contains(tag)) Own().Remove(tag);
    }

    /// <summary>Puts what was added or removed into the data set.</summary>
    public readonly void Save()
    {
        if (_tags is null) return;
        if (_tags.Count == 0)
        {
            _owner.Remove(_mark);
            return;
        }

        _tags.Sort();
        var bytes = new byte[_tags.Count * Length];
        for (var i = 0; i < _tags.Count; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * Length), _tags[i].Value);
        _owner.SetBytes(_mark, VR.OB, bytes);
    }

    private List<Tag> Own()
    {
        if (_tags is not null) return _tags;
        _tags = [];
        for (var rest = _before; rest.Length >= Length; rest = rest[Length..])
            _tags.Add(new Tag(BinaryPrimitives.ReadUInt32LittleEndian(rest)));
        return _tags;
    }
}

/// <summary>Who is told when a stand-in is not taken.</summary>
/// <param name="Outcome">What the commands come to.</param>
/// <param name="Details">The part of the commands that says it.</param>
internal readonly record struct Saying(Outcome Outcome, Details? Details)
{
    public void Keep(Tag tag)
    {
        if (Details is not null) Outcome.Keep(Details, tag);
    }
}
