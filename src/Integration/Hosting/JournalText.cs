using System.Text;
using CloudPacs.Hl7v2;

namespace CloudPacs.Integration.Hosting;

/// <summary>Messages as people read them.</summary>
internal static class JournalText
{
    /// <summary>The message in Unicode, segment ends as line breaks; what cannot be read as HL7 as UTF-8.</summary>
    public static string Of(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(
        Message.TryParse(bytes, ParseOptions.Default, out var message, out _) ? message.Text.Span : bytes.Span).Replace('\r', '\n');
}
