using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Search;

/// <summary>
/// An attribute as a query parameter names it (PS3.18 8.3.4.1): keyword or eight hexadecimal digits, through sequences with dots between.
/// </summary>
public sealed class AttributePath
{
    private readonly (Tag Tag, VR VR)[] _steps;

    private AttributePath((Tag, VR)[] steps) => _steps = steps;

    /// <summary>Sequences, then the attribute itself.</summary>
    public IReadOnlyList<(Tag Tag, VR VR)> Steps => _steps;

    public Tag First => _steps[0].Tag;

    public VR VR => _steps[^1].VR;

    public bool IsPrivate => _steps.Any(static step => step.Tag.IsPrivate);

    /// <summary>
    /// Null when a step is no attribute of the dictionary, or what stands before a dot is no sequence. A private attribute, by its digits,
    /// has the representation UN, its creator LO.
    /// </summary>
    public static AttributePath? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var names = text.Split('.');
        var steps = new (Tag Tag, VR VR)[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (Find(names[i]) is not { } step) return null;
            if (i < names.Length - 1 && step.VR != VR.SQ) return null;
            steps[i] = step;
        }

        return new(steps);
    }

    /// <summary>
    /// Adds the attribute to a data set, in the first items of its sequences; without values it is added only where it is missing.
    /// </summary>
    /// <exception cref="ArgumentException">A value cannot be one of the representation (<see cref="CanHold"/>).</exception>
    public void AddTo(DataSet level, params IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(level);
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (sequence, _) in _steps.AsSpan(0, _steps.Length - 1))
        {
            var item = level.GetItems(sequence) is [var known, ..] ? known : new DataSet();
            level.SetSequence(sequence, item);
            level = item;
        }

        var (tag, vr) = _steps[^1];
        if (values.Count > 0) level.Add(DataElement.Create(tag, vr, values));
        else if (!level.Contains(tag)) level.Add(DataElement.CreateEmpty(tag, vr));
    }

    /// <summary>Whether the values can be written in the representation at all: a word is no number, a text no byte string.</summary>
    public bool CanHold(params IReadOnlyList<string> values)
    {
        try
        {
            DataElement.Create(_steps[^1].Tag, VR, values);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Keywords, or digits where there is none, with dots between.</summary>
    public override string ToString() => string.Join('.', _steps.Select(static step => DicomDictionary.NameOf(step.Tag)));

    private static (Tag Tag, VR VR)? Find(string name)
    {
        if (name.Length == 8 && Tag.TryParse(name, out var tag))
        {
            if (tag.IsPrivate) return (tag, DicomDictionary.VrOf(tag));
            if (DicomDictionary.TryGet(tag, out var numbered)) return (tag, numbered.VR);
        }

        return DicomDictionary.TryGet(name, out var entry) ? (entry.Tag, entry.VR) : null;
    }
}
