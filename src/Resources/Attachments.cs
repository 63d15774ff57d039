using System.Buffers.Text;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Reports;

namespace CloudPacs.Resources;

/// <summary>Documents as FHIR Attachments: the bytes themselves, or where they are to be had (R4 datatypes.html 2.24.0.1).</summary>
internal static class Attachments
{
    public static void Write(JsonText json, ReportDocument document)
    {
        json.BeginObject();
        json.Text("contentType"u8, document.ContentType);
        if (document.BlobId is { } blob) json.Text("url"u8, ResourceRun.Reference("Binary", blob));
        else if (document.Open is not null) WriteData(json, document);
        else json.Text("url"u8, document.Url);
        if (document.Open is not null)
        {
            json.Name("size"u8);
            json.Number(document.Size);
            json.Text("hash"u8, document.Hash);
        }

        json.Text("title"u8, document.Title);
        json.EndObject();
    }

    private static void WriteData(JsonText json, ReportDocument document)
    {
        var bytes = new byte[document.Size];
        using (var content = document.Open!()) content.ReadExactly(bytes);
        var encoded = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2];
        Base64.EncodeToUtf8(bytes, encoded.AsSpan(1), out _, out var written);
        (encoded[0], encoded[written + 1]) = ((byte)'"', (byte)'"');
        json.Name("data"u8);
        json.Raw(encoded.AsSpan(0, written + 2));
    }
}
