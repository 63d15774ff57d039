using System.Globalization;

namespace CloudPacs.Hl7v2.Acknowledging;

/// <summary>
/// Writes problems as ERR: one segment each with ERR-2 to ERR-8 from version 2.5, repetitions of ERR-1 before (HL7 v2.5.1 2.15.5). Of very
/// many only the first are written.
/// </summary>
internal static class ErrorSegments
{
    // Nobody corrects more at once, and receivers of answers have small buffers.
    private const int MaxProblems = 100;

    public static void Add(MessageWriter writer, Hl7Version version, AcknowledgmentCode code, IReadOnlyList<Problem> problems)
    {
        var count = Math.Min(problems.Count, MaxProblems);
        if (version >= Hl7Version.V25)
        {
            for (var i = 0; i < count; i++) AddNew(writer, problems[i]);
            return;
        }

        // ERR-1 knows no severity. Under AA it still says what was not done, which the sender must not miss; under CA nothing is known yet.
        var isReceipt = code == AcknowledgmentCode.CA;
        var segment = -1;
        var repetition = 1;
        for (var i = 0; i < count; i++)
        {
            var problem = problems[i];
            if (isReceipt && problem.Severity < Severity.Error) continue;
            if (segment < 0 || writer.Delimiters.Repetition == 0)
            {
                segment = writer.Add("ERR");
                repetition = 1;
            }

            AddOld(writer, segment, repetition++, problem);
        }
    }

    private static void AddNew(MessageWriter writer, Problem problem)
    {
        var segment = writer.Add("ERR");
        if (problem.Location is { } location)
        {
            ReadOnlySpan<int?> numbers =
                [location.Occurrence, location.Field, location.Repetition, location.Component, location.SubComponent];
            writer.Set(segment, 2, location.Segment, component: 1);
            for (var i = 0; i < numbers.Length; i++)
            {
                if (numbers[i] is { } number) writer.Set(segment, 2, Text(number), component: i + 2);
            }
        }

        writer.Set(segment, 3, Text(problem.Code), component: 1);
        writer.Set(segment, 3, ErrorCodes.TextOf(problem.Code), component: 2);
        writer.Set(segment, 3, "HL70357", component: 3);
        writer.Set(segment, 4, problem.Severity switch
        {
            Severity.Information => "I",
            Severity.Warning => "W",
            Severity.Fatal => "F",
            _ => "E",
        });
        if (!string.IsNullOrEmpty(problem.ApplicationCode)) writer.Set(segment, 5, problem.ApplicationCode, component: 1);
        writer.Set(segment, 8, problem.Text, isFormatted: true);
    }

    private static void AddOld(MessageWriter writer, int segment, int repetition, Problem problem)
    {
        if (problem.Location is { } location)
        {
            writer.Set(segment, 1, location.Segment, repetition, 1);
            writer.Set(segment, 1, Text(location.Occurrence), repetition, 2);
            if (location.Field is { } field) writer.Set(segment, 1, Text(field), repetition, 3);
        }

        writer.Set(segment, 1, Text(problem.Code), repetition, 4);
        if (writer.Delimiters.SubComponent == 0) return;
        writer.Set(segment, 1, ErrorCodes.TextOf(problem.Code), repetition, 4, 2);
        writer.Set(segment, 1, "HL70357", repetition, 4, 3);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
