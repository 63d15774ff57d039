using System.Globalization;

namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>Which bytes of a representation are answered (RFC 9110 14): all, one range, or none.</summary>
/// <param name="Status">200, 206, or 416 when the range begins behind the end.</param>
/// <param name="Offset">First byte, from 0 on.</param>
/// <param name="Length">Bytes of the body.</param>
/// <param name="ContentRange">For 206 and 416; null with 200.</param>
public readonly record struct ByteRange(int Status, long Offset, long Length, string? ContentRange)
{
    /// <param name="range">
    /// The Range header. Several ranges, other units and what cannot be read are passed over: all is answered (RFC 9110 14.2).
    /// </param>
    /// <param name="ifRange">The If-Range header: the range counts only for that very representation.</param>
    /// <param name="entityTag">Of what is answered, strong.</param>
    /// <param name="length">Bytes of the whole.</param>
    public static ByteRange Read(string? range, string? ifRange, string entityTag, long length)
    {
        var all = new ByteRange(200, 0, length, null);
        if (!string.IsNullOrEmpty(ifRange) && ifRange.Trim() != entityTag) return all;
        if (Bounds(range) is not var (first, last)) return all;
        if (first is null) (first, last) = (Math.Max(length - last!.Value, 0), last == 0 ? -1 : length - 1);
        if (first >= length || last < first)
            return new(416, 0, 0, string.Create(CultureInfo.InvariantCulture, $"bytes */{length}"));
        var end = Math.Min(last ?? long.MaxValue, length - 1);
        return new(
            206, first.Value, end - first.Value + 1, string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{end}/{length}"));
    }

    /// <summary>First and last byte; without the first, the last so many. Null when there is no single range in bytes.</summary>
    private static (long? First, long? Last)? Bounds(string? range)
    {
        var text = (range ?? "").AsSpan().Trim();
        if (!text.StartsWith("bytes", StringComparison.OrdinalIgnoreCase)) return null;
        text = text[5..].TrimStart();
        if (text.IsEmpty || text[0] != '=' || text.Contains(',')) return null;
        text = text[1..].Trim();
        var dash = text.IndexOf('-');
        if (dash < 0) return null;
        long? first = null, last = null;
        if (!TryPlace(text[..dash].Trim(), ref first) || !TryPlace(text[(dash + 1)..].Trim(), ref last)) return null;
        return first is null && last is null ? null : last < first ? null : (first, last);
    }

    /// <summary>Digits; nothing at all is fine too. More than a long can hold is behind every end.</summary>
    private static bool TryPlace(ReadOnlySpan<char> digits, ref long? place)
    {
        if (digits.ContainsAnyExceptInRange('0', '9')) return false;
        if (!digits.IsEmpty)
            place = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : long.MaxValue;
        return true;
    }
}
