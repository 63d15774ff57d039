using System.Text;
using CloudPacs.Hl7v2;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>A message of a patient, the same bytes however often it is sent.</summary>
internal sealed class SentMessage
{
    public SentMessage(string text)
    {
        Bytes = Encoding.UTF8.GetBytes(text);
        ControlId = text.Split('|', 11)[9];
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public string ControlId { get; }

    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Whether <paramref name="answer"/> answers this message (MSA-2).</summary>
    public bool IsAnsweredBy(ReadOnlyMemory<byte> answer) =>
        Message.TryParse(answer, ParseOptions.Default, out var read, out _) && read.Segment("MSA").Field(2).Text == ControlId;
}
