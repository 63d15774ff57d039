using System.Globalization;
using CloudPacs.Hl7v2.Acknowledging;
using CloudPacs.Hl7v2.CharacterSets;

namespace CloudPacs.Hl7v2;

/// <summary>
/// Builds general acknowledgements (ACK; HL7 v2.5.1 2.9) in the separators, version and character set of the sender.
/// </summary>
public static class Acknowledgment
{
    private const int MaxTextLength = 80;

    /// <summary>The answer to a message; without a request, the answer to data that was no HL7 message.</summary>
    public static byte[] Build(Message? request, AcknowledgmentCode code, IReadOnlyList<Problem> problems, AcknowledgmentOptions options)
    {
        if (request is null) return BuildWithoutRequest(code, problems, options);
        var version = Hl7Version.Parse(request.Version);
        var trigger = version >= Hl7Version.V231 ? request.TriggerEvent : "";
        var structure = trigger.Length > 0 && version >= Hl7Version.V24 ? "ACK" : "";
        return Begin(request, code, problems, options, "ACK", trigger, structure).ToArray();
    }

    /// <summary>
    /// True for a message that answers another one: it has an MSA. Such a message is only ever answered by what its own MSH-15 asks for.
    /// </summary>
    public static bool IsAcknowledgment(Message message) => message.Find(SegmentId.Msa, 1).Exists;

    /// <summary>MSH, MSA and ERR of any answer; the caller may add what follows.</summary>
    internal static MessageWriter Begin(
        Message request,
        AcknowledgmentCode code,
        IReadOnlyList<Problem> problems,
        AcknowledgmentOptions options,
        string type,
        string trigger,
        string structure)
    {
        var header = request[0];
        var writer = new MessageWriter(request.Delimiters, request.DeclaredSet, request.WideEncoding);
        writer.AddHeader("MSH");
        writer.Copy(0, 3, header.Field(5));
        writer.Copy(0, 4, header.Field(6));
        writer.Copy(0, 5, header.Field(3));
        writer.Copy(0, 6, header.Field(4));
        writer.Set(0, 7, Hl7Time.Format(options.Now));
        writer.Set(0, 9, type, component: 1);
        if (trigger.Length > 0) writer.Set(0, 9, trigger, component: 2);
        if (structure.Length > 0) writer.Set(0, 9, structure, component: 3);
        writer.Set(0, 10, options.ControlId);
        writer.Copy(0, 11, header.Field(11));
        writer.Copy(0, 12, header.Field(12));
        SetAcknowledgmentTypes(writer, request, code, options);
        if (header.Field(18).Length > 0) writer.Copy(0, 18, header.Field(18));
        if (header.Field(20).Length > 0) writer.Copy(0, 20, header.Field(20));

        AddMsa(writer, code, problems, options);
        // The field as it is, separators in it included: the sender looks for its own bytes.
        writer.Copy(1, 2, header.Field(10));
        ErrorSegments.Add(writer, Hl7Version.Parse(request.Version), code, problems);
        return writer;
    }

    /// <summary>
    /// An accept acknowledgement is never acknowledged itself; an application acknowledgement of enhanced mode may ask for it (HL7 v2.5.1
    /// 2.9.3.2).
    /// </summary>
    private static void SetAcknowledgmentTypes(
        MessageWriter writer, Message request, AcknowledgmentCode code, AcknowledgmentOptions options)
    {
        var isEnhanced = request[0].Field(15).HasValue || request[0].Field(16).HasValue;
        if (code >= AcknowledgmentCode.CA)
        {
            writer.Set(0, 15, "NE");
            writer.Set(0, 16, "NE");
        }
        else if (isEnhanced)
        {
            writer.Set(0, 15, string.IsNullOrEmpty(options.AcceptAcknowledgment) ? "NE" : options.AcceptAcknowledgment);
            writer.Set(0, 16, "NE");
        }
    }

    private static void AddMsa(
        MessageWriter writer, AcknowledgmentCode code, IReadOnlyList<Problem> problems, AcknowledgmentOptions options)
    {
        var msa = writer.Add("MSA");
        writer.Set(msa, 1, code.ToString());
        writer.Set(msa, 2, "");
        var text = options.Text ?? (problems.Count > 0 ? problems[0].Text : null);
        if (!string.IsNullOrEmpty(text)) writer.Set(msa, 3, text.Length > MaxTextLength ? text[..MaxTextLength] : text);
        if (options.ExpectedSequenceNumber is { } expected) writer.Set(msa, 4, expected.ToString(CultureInfo.InvariantCulture));
    }

    private static byte[] BuildWithoutRequest(AcknowledgmentCode code, IReadOnlyList<Problem> problems, AcknowledgmentOptions options)
    {
        if (problems.Count == 0) problems = [new(199, Severity.Error, null, "The data is not an HL7 v2 message.")];
        var writer = new MessageWriter(Delimiters.Default, CharacterSetTable.Ascii);
        writer.AddHeader("MSH");
        writer.Set(0, 7, Hl7Time.Format(options.Now));
        writer.Set(0, 9, "ACK");
        writer.Set(0, 10, options.ControlId);
        writer.Set(0, 11, "P");
        writer.Set(0, 12, "2.5");
        AddMsa(writer, code, problems, options);
        ErrorSegments.Add(writer, Hl7Version.V25, code, problems);
        return writer.ToArray();
    }
}
