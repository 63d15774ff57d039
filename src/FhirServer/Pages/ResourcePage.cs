using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CloudPacs.FhirServer.Pages;

/// <summary>A resource in a browser: its JSON with a line for each member and links that follow references. Nothing in it is run.</summary>
internal static partial class ResourcePage
{
    /// <param name="json">The resource, well-formed.</param>
    /// <param name="root">Service base URL: addresses that begin with it are links too.</param>
    public static byte[] Write(ReadOnlySpan<byte> json, string root)
    {
        var html = new StringBuilder(json.Length * 3);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 500 });
        var (title, isFirst, name) = ("FHIR", true, "");
        while (reader.Read())
        {
            var isEnd = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (name.Length == 0)
            {
                if (!isFirst && !isEnd) html.Append(',');
                if (html.Length > 0) html.Append('\n').Append(' ', 2 * reader.CurrentDepth);
            }

            isFirst = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    html.Append("<b>").Append(Encoded(name)).Append("</b>: ");
                    continue;
                case JsonTokenType.String:
                    var text = reader.GetString()!;
                    if (name == "resourceType" && reader.CurrentDepth == 1) title = text;
                    WriteText(html, text, root);
                    break;
                default:
                    html.Append(Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
            }

            name = "";
        }

        return Page(title, root, $"<pre>{html}</pre>");
    }

    /// <summary>A page with what all of them have.</summary>
    public static byte[] Page(string title, string root, string content) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>{{Encoded(title)}}</title>
        <meta name="viewport" content="width=device-width"><style>
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 75rem; padding: 0 1rem; }
        body { color: #1b1b1b; background: #fff; }
        pre { font: .875rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        b { color: #6a3d9a; font-weight: 600; } a { color: #0b57a4; } td, th { padding: .25rem 1rem .25rem 0; text-align: left; }
        </style></head><body><nav><a href="{{Encoded(root)}}">FHIR</a> · <a href="{{Encoded(root)}}/metadata">metadata</a>
        · <a href="{{Encoded(root)}}/openapi.json">openapi.json</a></nav><main><h1>{{Encoded(title)}}</h1>{{content}}</main></body></html>
        """));

    public static string Encoded(string text) => HtmlEncoder.Default.Encode(text);

    private static void WriteText(StringBuilder html, string text, string root)
    {
        var target = Reference().IsMatch(text) ? $"{root}/{text}" : text.StartsWith(root + '/', StringComparison.Ordinal) ? text : null;
        if (target is null || target.Contains('\\', StringComparison.Ordinal)) html.Append('"').Append(Quoted(text)).Append('"');
        else html.Append("\"<a href=\"").Append(Encoded(target)).Append("\">").Append(Quoted(text)).Append("</a>\"");
    }

    /// <summary>As JSON has it, but for letters, which stay as they are.</summary>
    private static string Quoted(string text) =>
        Encoded(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());

    [GeneratedRegex(@"\A[A-Z][A-Za-z]{2,40}/[A-Za-z0-9\-.]{1,64}(?:/_history/[0-9]{1,9})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
