using System.Text;
using CloudPacs.DicomWeb.Multipart;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>A part that was read whole, bytes as Latin-1 text.</summary>
internal sealed record ReadPart(string? ContentType, string? ContentLocation, string Body);

/// <summary>A multipart body that was read to its end.</summary>
internal sealed record ReadBody(IReadOnlyList<ReadPart> Parts, MultipartFault Fault, bool IsComplete)
{
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static Task<ReadBody> OfAsync(string body, string boundary, Func<int>? size = null, MultipartLimits? limits = null) =>
        OfAsync(Bytes(body), boundary, size, limits);

    public static async Task<ReadBody> OfAsync(byte[] body, string boundary, Func<int>? size = null, MultipartLimits? limits = null)
    {
        using var reader = new PartReader(new PieceStream(body, size ?? (static () => int.MaxValue)), boundary, limits);
        var parts = new List<ReadPart>();
        while (await reader.NextAsync(TestContext.Current.CancellationToken))
        {
            var bytes = new MemoryStream();
            PartPiece piece;
            while ((piece = await reader.ReadAsync(TestContext.Current.CancellationToken)).Kind == PieceKind.More) bytes.Write(piece.Bytes.Span);
            if (piece.Kind == PieceKind.Broken) break;
            parts.Add(new(reader.Headers.ContentType, reader.Headers.ContentLocation, Encoding.Latin1.GetString(bytes.ToArray())));
        }

        return new(parts, reader.Fault, reader.IsComplete);
    }
}
