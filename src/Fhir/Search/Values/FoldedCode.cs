using System.Text;

namespace CloudPacs.Fhir.Search.Values;

/// <summary>Codes that are plain text, as of contact points: compared without case (FHIR R4 search.html 3.1.1.4.10).</summary>
public static class FoldedCode
{
    public static byte[] Of(ReadOnlySpan<byte> code) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(code).ToLowerInvariant());
}
