using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CloudPacs.CommandLine;

/// <summary><c>--json</c>: output for scripts.</summary>
internal static class JsonOption
{
    public static JsonSerializerOptions Format { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Create() => new("--json") { Description = "Print JSON, for scripts" };
}
