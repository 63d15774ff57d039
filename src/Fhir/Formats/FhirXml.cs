using System.Buffers;

namespace CloudPacs.Fhir.Formats;

/// <summary>
/// Resources from JSON to XML and back (FHIR R4 xml.html 2.6.1, json.html 2.6.2), driven by the definitions of the types. Nothing is lost
/// or changed on the way: numbers keep their text, extensions of primitives and the items that they belong to stay together.
/// </summary>
public static class FhirXml
{
    /// <summary>The namespace of FHIR.</summary>
    public const string Namespace = "http://hl7.org/fhir";

    /// <summary>A resource in JSON as an XML document in UTF-8.</summary>
    /// <param name="json">The resource.</param>
    /// <param name="isIndented">For people: each element on a line of its own.</param>
    /// <exception cref="FhirFormatException">It is no JSON, or no resource of R4.</exception>
    public static ReadOnlyMemory<byte> FromJson(ReadOnlyMemory<byte> json, bool isIndented = false)
    {
        var target = new ArrayBufferWriter<byte>(json.Length + 1024);
        new XmlWriting(target, isIndented).WriteDocument(json);
        return target.WrittenMemory;
    }

    /// <summary>A resource in XML as JSON.</summary>
    /// <param name="xml">The document, in UTF-8. A document type is refused, and nothing is read from elsewhere.</param>
    /// <exception cref="FhirFormatException">It is no XML, or no resource of R4.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> xml) => new XmlReading(xml).ReadDocument();
}
