using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;

namespace CloudPacs.Dicom;

/// <summary>The Native DICOM Model (PS3.19 annex A.1): writes and reads data sets.</summary>
public static partial class DicomXml
{
    private static readonly XmlWriterSettings Form = new()
    {
        Encoding = new System.Text.UTF8Encoding(false),
        CheckCharacters = true,
        NewLineHandling = NewLineHandling.Entitize, // else readers of XML make one line feed of the CR LF in which DICOM ends lines
    };

    /// <summary>One document, UTF-8; what <see cref="WebModel"/> does not have is left out.</summary>
    public static byte[] ToUtf8Bytes(DataSet dataSet) => ToUtf8Bytes(writer => WriteAttributes(dataSet, writer));

    private static byte[] ToUtf8Bytes(Action<XmlWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, Form))
        {
            writer.WriteStartElement("NativeDicomModel");
            writer.WriteAttributeString("xml", "space", null, "preserve");
            write(writer);
            writer.WriteEndElement();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads one document. Document types, and with them entities, are refused.</summary>
    /// <param name="xml">XML text.</param>
    /// <param name="dataSet">What it says.</param>
    /// <param name="error">What is wrong and with which attribute, without any value.</param>
    /// <param name="bulkData">Gives the bytes for the uri of a BulkData; without it, or them, such an attribute is an error.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> xml, [NotNullWhen(true)] out DataSet? dataSet, [NotNullWhen(false)] out string? error,
        Func<string, ReadOnlyMemory<byte>?>? bulkData = null)
    {
        dataSet = null;
        using var bytes = new MemoryStream(xml.ToArray(), writable: false);
        var reading = new DicomXmlReader(bulkData);
        try
        {
            using var reader = XmlReader.Create(bytes, DicomXmlReader.Form);
            var read = reading.Read(reader);
            error = reading.Error;
            if (error is null) dataSet = read;
        }
        catch (XmlException)
        {
            error = "The text is not XML, or has a document type.";
        }

        return error is null;
    }

    private static void WriteAttributes(DataSet dataSet, XmlWriter writer)
    {
        foreach (var element in dataSet)
        {
            if (!WebModel.IsWritten(element, bulkDataUri: null)) continue;
            StartAttribute(element.Tag, element.VR.ToString(), writer);
            WriteValues(element, writer);
            writer.WriteEndElement();
        }
    }

    private static void StartAttribute(Tag tag, string vr, XmlWriter writer)
    {
        writer.WriteStartElement("DicomAttribute");
        writer.WriteAttributeString("tag", tag.ToString());
        writer.WriteAttributeString("vr", vr);
        if (DicomDictionary.TryGet(tag, out var entry)) writer.WriteAttributeString("keyword", entry.Keyword);
    }

    private static void WriteValues(DataElement element, XmlWriter writer)
    {
        if (element.IsEmpty) return;
        if (VrRules.For(element.VR).Kind == VrKind.Binary)
        {
            writer.WriteElementString("InlineBinary", Convert.ToBase64String(element.Bytes.Span));
            return;
        }

        var number = 0;
        foreach (var item in element.Items)
        {
            Start("Item", ++number, writer);
            WriteAttributes(item, writer);
            writer.WriteEndElement();
        }

        foreach (var value in element.Values)
        {
            number++;
            // An empty value is a number that is missing; the last one would be missed.
            if (value.Length == 0 && number < element.Values.Count) continue;
            Start(element.VR == VR.PN ? "PersonName" : "Value", number, writer);
            if (element.VR == VR.PN) WriteName(PersonName.Parse(value), writer);
            else writer.WriteString(Storable(value));
            writer.WriteEndElement();
        }
    }

    private static void WriteName(PersonName name, XmlWriter writer)
    {
        WriteGroup("Alphabetic", name.Alphabetic, writer);
        WriteGroup("Ideographic", name.Ideographic, writer);
        WriteGroup("Phonetic", name.Phonetic, writer);
    }

    private static void WriteGroup(string element, PersonNameGroup group, XmlWriter writer)
    {
        if (group.IsEmpty) return;
        writer.WriteStartElement(element);
        foreach (var (part, text) in new[]
        {
            ("FamilyName", group.Family), ("GivenName", group.Given), ("MiddleName", group.Middle), ("NamePrefix", group.Prefix),
            ("NameSuffix", group.Suffix),
        })
        {
            if (text.Length > 0) writer.WriteElementString(part, Storable(text));
        }

        writer.WriteEndElement();
    }

    /// <summary>XML 1.0 has no form feed, which a text of DICOM may hold, and no other character that it does not know.</summary>
    private static string Storable(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.EnumerateRunes().Select(static rune =>
            rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : " "));

    private static void Start(string element, int number, XmlWriter writer)
    {
        writer.WriteStartElement(element);
        writer.WriteAttributeString("number", number.ToString(CultureInfo.InvariantCulture));
    }
}
