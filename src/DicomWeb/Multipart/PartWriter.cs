using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace CloudPacs.DicomWeb.Multipart;

/// <summary>
/// Writes a multipart body (RFC 2046 5.1): headers of each part, then whatever the caller writes to the same output, then the closing
/// boundary.
/// </summary>
/// <remarks>
/// Header names stand as clients look for them (<c>Content-Type:</c> in this case, within the first 1,000 bytes), the transfer syntax
/// without quotation marks. The first boundary begins the body.
/// </remarks>
/// <param name="output">The response's body; the caller flushes.</param>
/// <param name="boundary">As Content-Type names it.</param>
public sealed class PartWriter(PipeWriter output, string boundary)
{
    private bool _hasParts;
    private bool _isEnded;

    /// <summary>Where the bytes of parts go.</summary>
    public PipeWriter Output { get; } = output ?? throw new ArgumentNullException(nameof(output));

    /// <summary>Ends the part before and writes the headers of the next.</summary>
    /// <param name="contentType">With its parameters, ASCII.</param>
    /// <param name="contentLocation">An absolute address, ASCII; null for none.</param>
    /// <param name="contentLength">Bytes of the part; null when not known.</param>
    /// <exception cref="ArgumentException">A value has a line end or a character that is not ASCII.</exception>
    public void BeginPart(string contentType, string? contentLocation = null, long? contentLength = null)
    {
        if (_isEnded) throw new InvalidOperationException("The body has ended.");
        Write(Head(boundary, !_hasParts, contentType, contentLocation, contentLength));
        _hasParts = true;
    }

    /// <summary>Writes the closing boundary.</summary>
    /// <exception cref="InvalidOperationException">There was no part: a multipart body cannot be empty.</exception>
    public void End()
    {
        if (!_hasParts || _isEnded) throw new InvalidOperationException("There is no part to end.");
        Write(Tail(boundary));
        _isEnded = true;
    }

    /// <summary>How long a body is, in bytes, for a Content-Length ahead of it.</summary>
    public static long Measure(
        string boundary, IEnumerable<(string ContentType, string? ContentLocation, long? ContentLength, long Bytes)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        long total = Tail(boundary).Length;
        var isFirst = true;
        foreach (var (type, location, length, bytes) in parts)
        {
            total += Head(boundary, isFirst, type, location, length).Length + bytes;
            isFirst = false;
        }

        return total;
    }

    private static string Head(string boundary, bool isFirst, string type, string? location, long? length)
    {
        var text = new StringBuilder(isFirst ? "--" : "\r\n--", 256).Append(boundary).Append("\r\nContent-Type: ").Append(Line(type));
        if (location is not null) text.Append("\r\nContent-Location: ").Append(Line(location));
        if (length is { } bytes) text.Append(CultureInfo.InvariantCulture, $"\r\nContent-Length: {bytes}");
        return text.Append("\r\n\r\n").ToString();
    }

    private static string Tail(string boundary) => $"\r\n--{boundary}--\r\n";

    private static string Line(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? value
        : throw new ArgumentException("A header of a part must be printable ASCII.", nameof(value));

    private void Write(string ascii) => Encoding.ASCII.GetBytes(ascii, Output);
}
