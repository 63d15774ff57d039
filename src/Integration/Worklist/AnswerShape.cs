using CloudPacs.Dicom;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// What a query wants to have returned: every key that it names, with sub-keys of sequences (PS3.4 K.2.2.1.2: nothing that was not asked for).
/// Equal shapes give equal answers, so that encoded answers can be kept.
/// </summary>
internal sealed class AnswerShape : IEquatable<AnswerShape>
{
    private readonly (Tag Tag, VR Vr, AnswerShape? Items)[] keys;
    private readonly int hash;

    private AnswerShape((Tag Tag, VR Vr, AnswerShape? Items)[] keys)
    {
        this.keys = keys;
        var code = default(HashCode);
        foreach (var key in keys)
        {
            code.Add(key.Tag.Value);
            code.Add(key.Items?.hash ?? 0);
        }

        hash = code.ToHashCode();
        HasUnsupported = Array.Exists(keys, static k => !WorklistAttributes.IsSupported(k.Tag) || k.Items is { HasUnsupported: true });
    }

    /// <summary>Some key is one that no entry can ever hold: pending responses say so with FF01 (PS3.4 K.4.1.1.4).</summary>
    public bool HasUnsupported { get; }

    public static AnswerShape Of(DataSet identifier)
    {
        var keys = new List<(Tag, VR, AnswerShape?)>();
        foreach (var element in identifier)
        {
            if (element.Tag.IsGroupLength) continue;
            // A sequence asked for without an item is returned whole.
            var items = element.VR == VR.SQ && element.Items is [{ Count: > 0 } item, ..] ? Of(item) : null;
            keys.Add((element.Tag, element.VR, items));
        }

        return new AnswerShape([.. keys]);
    }

    /// <summary>The answer for one entry; what it lacks has zero length.</summary>
    public DataSet Select(DataSet entry)
    {
        var answer = new DataSet();
        foreach (var (tag, vr, items) in keys)
        {
            if (tag == Tags.SpecificCharacterSet) continue;
            if (!entry.TryGet(tag, out var element)) answer.Add(DataElement.CreateEmpty(tag, vr));
            else if (items is null || element.Items.Count == 0) answer.Add(element);
            else answer.SetSequence(tag, [.. element.Items.Select(items.Select)]);
        }

        return answer;
    }

    public bool Equals(AnswerShape? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other.hash != hash || other.keys.Length != keys.Length) return false;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i].Tag != other.keys[i].Tag || keys[i].Vr != other.keys[i].Vr) return false;
            if (!Equals(keys[i].Items, other.keys[i].Items)) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as AnswerShape);

    public override int GetHashCode() => hash;
}
