using System.Text;

namespace CloudPacs.DicomWeb.Multipart;

/// <summary>Header lines of a part, found by name in any case; of a name that stands twice the first counts.</summary>
public sealed class PartHeaders
{
    private readonly List<(string Name, string Value)> _lines = [];

    private PartHeaders()
    {
    }

    internal static PartHeaders None { get; } = new();

    public int Count => _lines.Count;

    /// <summary>Null when the part does not say: it is of the type that the whole body names.</summary>
    public string? ContentType => this["Content-Type"];

    /// <summary>Where metadata refer to these bytes from (their BulkDataURI, PS3.18 10.5.1.2).</summary>
    public string? ContentLocation => this["Content-Location"];

    /// <summary>The value without blanks around it; null when there is no such line.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var line in _lines)
                if (line.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return line.Value;
            return null;
        }
    }

    /// <summary>Reads lines that are ended or separated by CR LF; a line that begins with a blank continues the one before.</summary>
    /// <returns>Null when a line has no name, no colon, or a line feed or CR of its own.</returns>
    internal static PartHeaders? Read(ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty) return None;
        var headers = new PartHeaders();
        while (!block.IsEmpty)
        {
            var end = block.IndexOf("\r\n"u8);
            var line = end < 0 ? block : block[..end];
            block = end < 0 ? default : block[(end + 2)..];
            if (!headers.Take(line)) return null;
        }

        return headers;
    }

    private bool Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return true;
        if (line.ContainsAny((byte)'\r', (byte)'\n', (byte)0)) return false;
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            if (_lines.Count == 0) return false;
            var (name, value) = _lines[^1];
            _lines[^1] = (name, $"{value} {Encoding.Latin1.GetString(line).Trim()}".Trim());
            return true;
        }

        var colon = line.IndexOf((byte)':');
        var word = colon < 0 ? "" : Encoding.Latin1.GetString(line[..colon]).TrimEnd();
        if (word.Length == 0 || word.Contains(' ', StringComparison.Ordinal)) return false;
        _lines.Add((word, Encoding.Latin1.GetString(line[(colon + 1)..]).Trim()));
        return true;
    }
}
