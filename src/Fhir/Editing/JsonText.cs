using System.Text.Encodings.Web;
using System.Text.Json;

namespace CloudPacs.Fhir.Editing;

/// <summary>How texts are written as JSON here: as they are, with no more escapes than JSON asks for.</summary>
internal static class JsonText
{
    /// <summary>What is nested deeper is not written.</summary>
    public const int MaxDepth = 512;

    public static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth,
    };
}
