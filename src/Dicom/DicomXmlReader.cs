using System.Globalization;
using System.Xml;

namespace CloudPacs.Dicom;

/// <summary>Reads a document in the Native DICOM Model as a data set; stops at the first error.</summary>
internal sealed class DicomXmlReader(Func<string, ReadOnlyMemory<byte>?>? bulkData)
{
    /// <summary>Most values of one attribute.</summary>
    private const int MaxValues = 65_536;

    private static readonly string[] Groups = ["Alphabetic", "Ideographic", "Phonetic"];
    private static readonly string[] Parts = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"];

    public static readonly XmlReaderSettings Form = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true,
    };

    public string? Error { get; private set; }

    /// <exception cref="XmlException">It is not XML.</exception>
    public DataSet Read(XmlReader reader)
    {
        reader.MoveToContent();
        if (reader.LocalName != "NativeDicomModel") Error = "The root element must be NativeDicomModel.";
        var dataSet = Error is null ? ReadAttributes(reader, depth: 0) : [];
        while (Error is null && reader.Read())
        {
            // What stands behind the root must be XML too.
        }

        return dataSet;
    }

    /// <summary>The attributes in the element that the reader stands on, which it leaves.</summary>
    private DataSet ReadAttributes(XmlReader reader, int depth)
    {
        var elements = new List<DataElement>();
        if (depth > DataSetReaderOptions.Standard.MaxDepth) Error = "Sequences are nested too deeply.";
        foreach (var name in Children(reader))
        {
            if (name != "DicomAttribute") Error = $"Between attributes stands {name}.";
            else ReadAttribute(reader, elements, depth);
        }

        var dataSet = WebModel.Level(elements, out var error);
        Error ??= error;
        return dataSet;
    }

    /// <summary>
    /// The names of the elements in the one that the reader stands on, each with the reader on it; whoever takes one leaves it.
    /// </summary>
    private IEnumerable<string> Children(XmlReader reader)
    {
        var isEmpty = reader.IsEmptyElement;
        reader.Read();
        if (isEmpty) yield break;
        while (Error is null && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element) yield return reader.LocalName;
            else if (!reader.Read()) yield break;
        }

        if (Error is null) reader.Read();
    }

    private void ReadAttribute(XmlReader reader, List<DataElement> level, int depth)
    {
        if (!Tag.TryParse(reader.GetAttribute("tag"), out var tag))
        {
            Error = "The tag of an attribute is not eight hexadecimal digits.";
            return;
        }

        var vr = DicomDictionary.VrOf(tag);
        if (reader.GetAttribute("vr") is { } named && !VrRules.TryParse(named, out vr))
        {
            Error = $"{DicomDictionary.NameOf(tag)} has an unknown vr.";
            return;
        }

        List<string> values = [];
        List<DataSet> items = [];
        ReadOnlyMemory<byte>? bytes = null;
        foreach (var name in Children(reader))
        {
            switch (name)
            {
                case "Value" when vr is not (VR.SQ or VR.PN):
                    Place(values, reader, tag);
                    if (Error is null) values.Add(ReadText(reader, tag));
                    break;
                case "PersonName" when vr == VR.PN:
                    Place(values, reader, tag);
                    if (Error is null) values.Add(ReadName(reader, tag));
                    break;
                case "Item" when vr == VR.SQ: items.Add(ReadAttributes(reader, depth + 1)); break;
                case "InlineBinary" when bytes is null && vr != VR.SQ: bytes = ReadBytes(reader, tag); break;
                case "BulkData" when bytes is null && vr != VR.SQ: bytes = ReadBulkData(reader, tag); break;
                default: Error = $"{DicomDictionary.NameOf(tag)} of representation {vr} has a {name} that is not taken."; break;
            }
        }

        if (Error is not null || !WebModel.Has(tag)) return;
        if (vr == VR.SQ) level.Add(DataElement.CreateSequence(tag, items));
        else if (bytes is not null) Error = WebModel.AddBytes(level, tag, vr, bytes);
        else if (values.Count > 0) Error = WebModel.Add(level, tag, vr, values);
        else level.Add(DataElement.CreateEmpty(tag, vr));
    }

    /// <summary>A number that is passed over is an empty value.</summary>
    private void Place(List<string> values, XmlReader reader, Tag tag)
    {
        var number = values.Count + 1;
        var isNumber = reader.GetAttribute("number") is not { } text
            || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!isNumber || number <= values.Count || number > MaxValues)
            Error = $"The values of {DicomDictionary.NameOf(tag)} are not numbered from 1 on in their order.";
        else while (values.Count < number - 1) values.Add("");
    }

    private string ReadName(XmlReader reader, Tag tag)
    {
        var groups = new string[Groups.Length];
        foreach (var group in Children(reader))
        {
            var place = Array.IndexOf(Groups, group);
            if (place < 0) Error = $"A name in {DicomDictionary.NameOf(tag)} has {string.Join(", ", Groups)} only, not {group}.";
            else groups[place] = ReadGroup(reader, tag);
        }

        return string.Join('=', groups).TrimEnd('=');
    }

    private string ReadGroup(XmlReader reader, Tag tag)
    {
        var parts = new string[Parts.Length];
        foreach (var part in Children(reader))
        {
            var place = Array.IndexOf(Parts, part);
            if (place < 0) Error = $"A name in {DicomDictionary.NameOf(tag)} has a {part} that is not taken.";
            else parts[place] = ReadText(reader, tag);
        }

        return string.Join('^', parts).TrimEnd('^');
    }

    private byte[]? ReadBytes(XmlReader reader, Tag tag)
    {
        try
        {
            return Convert.FromBase64String(ReadText(reader, tag));
        }
        catch (FormatException)
        {
            Error ??= $"InlineBinary of {DicomDictionary.NameOf(tag)} is not base64.";
            return null;
        }
    }

    private ReadOnlyMemory<byte>? ReadBulkData(XmlReader reader, Tag tag)
    {
        var bytes = reader.GetAttribute("uri") is { } uri ? bulkData?.Invoke(uri) : null;
        if (bytes is null) Error ??= $"The bytes at the BulkData of {DicomDictionary.NameOf(tag)} cannot be had.";
        ReadText(reader, tag);
        return bytes;
    }

    private string ReadText(XmlReader reader, Tag tag)
    {
        var text = new System.Text.StringBuilder();
        if (!reader.IsEmptyElement)
        {
            while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
            {
                if (reader.NodeType != XmlNodeType.Element) text.Append(reader.Value);
                else
                {
                    Error = $"A value of {DicomDictionary.NameOf(tag)} is no text.";
                    return "";
                }
            }
        }

        reader.Read();
        return text.ToString();
    }
}
