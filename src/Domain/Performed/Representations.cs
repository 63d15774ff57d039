using CloudPacs.Dicom;

namespace CloudPacs.Domain.Performed;

/// <summary>
/// Attributes in the representation that the dictionary gives them (PS3.5 6.2, PS3.6). UN is what systems on the way give to what they do
/// not know.
/// </summary>
public static class Representations
{
    /// <summary>What was sent, without what no data set has and what cannot be read as what it should be.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="mends">
    /// A text that fits the right representation is taken as that, and what does not is left out: both are told. Else the first one is
    /// an error.
    /// </param>
    /// <param name="faults">Gets what is told.</param>
    public static DataSet Check(DataSet sent, bool mends, ICollection<Problem> faults)
    {
        ArgumentNullException.ThrowIfNull(sent);
        ArgumentNullException.ThrowIfNull(faults);
        DataSet? mended = null;
        foreach (var element in sent)
        {
            var right = Check(element, mends, faults);
            if (ReferenceEquals(right, element)) continue;
            mended ??= sent.Copy();
            mended.Remove(element.Tag);
            if (right is not null) mended.Add(right);
            if (!mends) return mended;
        }

        return mended ?? sent;
    }

    /// <returns>The element itself when nothing is wrong with it; null when it cannot be taken.</returns>
    private static DataElement? Check(DataElement element, bool mends, ICollection<Problem> faults)
    {
        var tag = element.Tag;
        // Those of commands and files (PS3.5 7.1), and tags that are never used (7.8.1), under which the domain keeps marks of its own.
        if (tag.Group is 0 or 2 || tag is { IsPrivate: true, Element: < 0x0010 })
        {
            faults.Add(AttributeProblem.Invalid(tag));
            return null;
        }

        if (element.VR == VR.UN || !DicomDictionary.TryGet(tag, out var entry) || entry.Allows(element.VR))
            return element.VR == VR.SQ ? CheckItems(element, mends, faults) : element;
        var right = mends ? As(entry.VR, element) : null;
        faults.Add(
            !mends ? AttributeProblem.WrongVr(tag, element.VR, entry.VR)
            : right is null ? AttributeProblem.LeftOut(tag, element.VR)
            : AttributeProblem.Mended(tag, element.VR));
        return right;
    }

    private static DataElement? CheckItems(DataElement sequence, bool mends, ICollection<Problem> faults)
    {
        var before = faults.Count;
        List<DataSet> items = [];
        foreach (var item in sequence.Items)
        {
            items.Add(Check(item, mends, faults));
            if (!mends && faults.Count > before) return null;
        }

        return faults.Count == before ? sequence : DataElement.CreateSequence(sequence.Tag, items);
    }

    private static DataElement? As(VR right, DataElement element)
    {
        if (element.IsEmpty) return DataElement.CreateEmpty(element.Tag, right);
        if (!VrRules.For(element.VR).IsString || !VrRules.For(right).IsString) return null;
        return element.Values.All(value => value.Length == 0 || VrRules.FindProblem(value, right) is null)
            ? DataElement.Create(element.Tag, right, element.Values)
            : null;
    }
}
