namespace CloudPacs.Dicom.Matching;

/// <summary>
/// What a query wants to have returned: every key that it names, with sub-keys of sequences (PS3.4 C.4.1.1.3.2, K.2.2.1.2: nothing that
/// was not asked for).
/// </summary>
public sealed class AnswerShape
{
    private readonly (Tag Tag, VR Vr, AnswerShape? Items)[] _keys;

    private AnswerShape((Tag Tag, VR Vr, AnswerShape? Items)[] keys, bool hasUnsupported) =>
        (_keys, HasUnsupported) = (keys, hasUnsupported);

    /// <summary>Some key is one that no entry can ever hold: pending responses say so with FF01 (PS3.4 C.4.1.1.4).</summary>
    public bool HasUnsupported { get; }

    /// <param name="level">The keys.</param>
    /// <param name="supported">Those that an answer may have.</param>
    public static AnswerShape Of(DataSet level, ISupportedKeys supported)
    {
        ArgumentNullException.ThrowIfNull(level);
        ArgumentNullException.ThrowIfNull(supported);
        var keys = new List<(Tag, VR, AnswerShape?)>();
        var hasUnsupported = false;
        foreach (var element in level)
        {
            // The writer declares the character set that it writes.
            if (element.Tag.IsGroupLength || element.Tag == Tags.SpecificCharacterSet) continue;
            // A sequence asked for without an item is returned whole.
            var items = element.VR == VR.SQ && element.Items is [{ Count: > 0 } item, ..] ? Of(item, supported.In(element.Tag)) : null;
            keys.Add((element.Tag, element.VR, items));
            hasUnsupported |= !supported.Include(element.Tag) || items is { HasUnsupported: true };
        }

        return new AnswerShape([.. keys], hasUnsupported);
    }

    /// <summary>The answer for one of those that were found; what it lacks has zero length.</summary>
    public DataSet Select(DataSet entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var answer = new DataSet();
        foreach (var (tag, vr, items) in _keys)
        {
            if (!entry.TryGet(tag, out var element)) answer.Add(DataElement.CreateEmpty(tag, vr));
            else if (items is null || element.Items.Count == 0) answer.Add(element);
            else answer.SetSequence(tag, [.. element.Items.Select(items.Select)]);
        }

        return answer;
    }
}
