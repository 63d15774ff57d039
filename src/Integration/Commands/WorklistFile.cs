using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Commands;

/// <summary>What a worklist file of another server says, as commands.</summary>
/// <param name="Request">The commands; null when there are faults.</param>
/// <param name="Faults">Why the file cannot be taken.</param>
/// <param name="LeftOut">Attributes with a value that an entry here has no place for.</param>
internal sealed record WorklistFile(CommandRequest? Request, IReadOnlyList<AttributeFault> Faults, IReadOnlyList<string> LeftOut);

/// <summary>Something that is wrong with a worklist file.</summary>
/// <param name="Attribute">Tag and keyword; null when it is the file as a whole.</param>
/// <param name="Text">What is wrong, without the value.</param>
internal sealed record AttributeFault(string? Attribute, string Text)
{
    /// <summary>How an attribute is called: <c>(0008,0050) AccessionNumber</c>.</summary>
    public static string NameOf(Tag tag)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"({tag.Group:X4},{tag.Element:X4})");
        return DicomDictionary.TryGet(tag, out var known) ? $"{number} {known.Keyword}" : number;
    }
}

/// <summary>Whose entries the files are, as far as they do not say it themselves.</summary>
/// <param name="Sender">Sender whose policy holds; null = the default one.</param>
/// <param name="Authority">Authority of patient and order numbers without one; null = that of the policy.</param>
/// <param name="AccessionAuthority">The same of accession numbers.</param>
/// <param name="Facility">Whose stations see them; null = that of the policy.</param>
internal sealed record WorklistFileOwner(string? Sender, string? Authority, string? AccessionAuthority, string? Facility);
