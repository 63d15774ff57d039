namespace CloudPacs.Dicom;

/// <summary>What the two models of a data set for the web, JSON (PS3.18 annex F) and XML (PS3.19 annex A.1), have in common.</summary>
internal static class WebModel
{
    /// <summary>
    /// Groups 0000 and 0002 and group lengths belong to what carries a data set, and (0008,0005) says how the source was encoded: models
    /// are Unicode and have none of them.
    /// </summary>
    public static bool Has(Tag tag) => tag.Group is not (0 or 2) && !tag.IsGroupLength && tag != Tags.SpecificCharacterSet;

    /// <summary>Error Comment is written and never read: answers of a store say in words what their reasons mean.</summary>
    public static bool IsWritten(Tag tag) => Has(tag) || tag == Tags.ErrorComment;

    /// <summary>Compressed pixel data are told by an address only.</summary>
    public static bool IsWritten(DataElement element, string? bulkDataUri) =>
        IsWritten(element.Tag) && !(element.IsEncapsulated && bulkDataUri is null);

    /// <summary>Attributes in any order as a data set: sorted once, as there may be many.</summary>
    /// <param name="elements">As they were read.</param>
    /// <param name="error">What is wrong with them; null when nothing is.</param>
    public static DataSet Level(List<DataElement> elements, out string? error)
    {
        var isOrdered = true;
        for (var i = 1; i < elements.Count && isOrdered; i++) isOrdered = elements[i - 1].Tag < elements[i].Tag;
        var level = new DataSet(elements, isOrdered);
        error = level.Count < elements.Count ? "An attribute stands twice." : null;
        return level;
    }

    /// <summary>Adds values that a model gave.</summary>
    /// <returns>What is wrong with them; null when nothing is.</returns>
    public static string? Add(List<DataElement> level, Tag tag, VR vr, List<string> values)
    {
        var rule = VrRules.For(vr);
        if (rule.Kind is VrKind.Binary or VrKind.Sequence
            || (values.Count > 1 && !rule.MultiValued && rule.Kind != VrKind.Number))
            return $"{DicomDictionary.NameOf(tag)} of representation {vr} cannot have these values.";
        if (rule.Kind == VrKind.Number && !NumberCodec.TryEncode(vr, values, out _))
            return $"A value of {DicomDictionary.NameOf(tag)} is not a number of kind {vr}.";
        level.Add(DataElement.Create(tag, vr, values));
        return null;
    }

    /// <summary>Adds bytes that a model gave in base64.</summary>
    /// <returns>What is wrong with them; null when nothing is.</returns>
    public static string? AddBytes(List<DataElement> level, Tag tag, VR vr, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is null || VrRules.For(vr).Kind is not (VrKind.Binary or VrKind.Number))
            return $"InlineBinary of {DicomDictionary.NameOf(tag)} is not base64, or {vr} is not binary.";
        level.Add(DataElement.CreateBinary(tag, vr, bytes.Value));
        return null;
    }
}
