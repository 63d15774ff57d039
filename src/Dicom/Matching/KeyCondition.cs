
namespace CloudPacs.Dicom.Matching;

/// <summary>One key of a query that is not universal. All conditions of a level must hold together (PS3.4 K.2.2.1, rule "ANDed").</summary>
/// <param name="tag">Attribute that is compared.</param>
/// <param name="rule">The matching rule in words with its section, for people who ask why an entry was not returned.</param>
public abstract class KeyCondition(Tag tag, string rule)
{
    public Tag Tag { get; } = tag;

    public string Rule { get; } = rule;

    /// <summary>
    /// What makes the key one that no attribute can ever match (no date, a list where one value is meant …), to be told to whoever asks;
    /// null when it has a meaning.
    /// </summary>
    public string? Fault { get; init; }

    /// <summary>This key or one below it that has a <see cref="Fault"/>.</summary>
    public virtual KeyCondition? Faulty => Fault is null ? null : this;

    public abstract bool Matches(DataSet level);
}

/// <summary>
/// A key with a value. A stored attribute without a value is unknown and matches no such key (PS3.4 C.2.2.2.3); of several stored values
/// any may match.
/// </summary>
public sealed class ValueCondition(Tag tag, string rule, Func<string, bool> test) : KeyCondition(tag, rule)
{
    public override bool Matches(DataSet level)
    {
        foreach (var value in level.GetStrings(Tag))
            if (Matches(value)) return true;
        return false;
    }

    public bool Matches(string value) => value.Length > 0 && test(value);
}

/// <summary>Sequence matching (PS3.4 C.2.2.2.6): one stored item must match all keys of the key's item together.</summary>
public sealed class SequenceCondition(Tag tag, IReadOnlyList<KeyCondition> keys) : KeyCondition(tag, "sequence matching, PS3.4 C.2.2.2.6")
{
    public override KeyCondition? Faulty => keys.Select(static key => key.Faulty).FirstOrDefault(static key => key is not null);

    public override bool Matches(DataSet level)
    {
        foreach (var item in level.GetItems(Tag))
            if (keys.All(key => key.Matches(item))) return true;
        return false;
    }
}

/// <summary>An attribute that is missing or has no value (PS3.18 8.3.4.3).</summary>
public sealed class EmptyCondition : KeyCondition
{
    private EmptyCondition(Tag tag) : base(tag, "empty value matching, PS3.18 8.3.4.3") { }

    /// <param name="element">Names the attribute; with items, those that one item lacks.</param>
    public static KeyCondition Of(DataElement element) => element.Items is [var inner, ..]
        ? new SequenceCondition(element.Tag, [.. inner.Select(Of)])
        : new EmptyCondition(element.Tag);

    public override bool Matches(DataSet level) =>
        level.GetItems(Tag).Count == 0 && !level.GetStrings(Tag).Any(static value => value.Length > 0);
}
