using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Reports;
using CloudPacs.Mapping.Rules;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// The runs of result and document messages: one a report, with its order group open, and one a discrete result, with a group open that
/// has this OBX alone. A document (MDM) is one report, whose content stands below TXA.
/// </summary>
internal sealed class ReportRuns(CompiledMaps maps, Message message, OrderGroups groups, EvalContext context, MappedMessage mapped)
{
    /// <summary>Each is a row and a resource, in one transaction during which its writer serves nobody else.</summary>
    private const int MaxResults = 1_000;

    /// <summary>Each may be a file, and all of a report are listed in each version of its resource.</summary>
    private const int MaxDocuments = 1_000;

    private static readonly Problem NoRules = new(
        200, Severity.Error, new ErrorLocation("MSH", 1, 9),
        "The maps of this sender take no reports: let its file extend base/report@1.");

    private int _results, _documents;

    /// <summary>One level of rules is run for what is open.</summary>
    public delegate void Run(RunLevel level, MapOutput output, List<Problem> problems, MapScope scope);

    public static bool IsReport(Message message) => message.MessageType.ToUpperInvariant() is "ORU" or "MDM";

    /// <summary>Opens each report in turn.</summary>
    /// <param name="open">Opens an order group with the patient that it belongs to.</param>
    /// <param name="run">Runs rules.</param>
    public void RunAll(Action<int> open, Run run)
    {
        if (maps.First[(int)RunLevel.Report].Rules.Count == 0)
        {
            mapped.Problems.Add(NoRules);
            return;
        }

        if (message.MessageType.Equals("MDM", StringComparison.OrdinalIgnoreCase))
        {
            if (message.Segment("TXA") is { Exists: true } txa)
                RunReport(groups.Narrow(groups.Count > 0 ? 0 : -1, txa.Index, message.SegmentCount), open, run);
            return;
        }

        for (var number = 0; number < groups.Count; number++)
        {
            if (groups[number].Obr.Exists) RunReport(number, open, run);
        }
    }

    private void RunReport(int number, Action<int> open, Run run)
    {
        open(number);
        var group = groups[number];
        var report = new MappedReport
        {
            ObrOccurrence = group.Obr.Exists ? group.Obr.Occurrence : 0,
            HasContent = HasValue(group),
            Patient = mapped.Patients.Find(patient => patient.PidOccurrence == group.Pid.Occurrence && group.Pid.Exists),
            Scope = new MapScope(maps, RunLevel.Report, context),
        };
        mapped.Reports.Add(report);
        run(RunLevel.Report, new MapOutput { Command = report }, report.Problems, (MapScope)report.Scope);
        context.Sink.Open(report.Problems);
        var lines = TextsOf(group, report);
        List<string> texts = [.. ReportText.Of(context, lines, report.NoteSegments)];
        if (AreTooMany(report, lines, texts.Count)) return;
        report.Documents.AddRange(texts.Select(DocumentReader.Text));
        foreach (var obx in report.DocumentSegments) DocumentReader.Read(context, obx, report);
        foreach (var obx in report.ObservationSegments) RunObservation(number, obx, report, open, run);
    }

    private static bool HasValue(OrderGroup group)
    {
        foreach (var obx in group.Obx)
        {
            if (obx.Field(5).HasValue) return true;
        }

        return false;
    }

    /// <param name="report">The report.</param>
    /// <param name="lines">The OBX that are its text.</param>
    /// <param name="texts">How many documents they became; that it has one counts nowhere.</param>
    private bool AreTooMany(MappedReport report, List<Segment> lines, int texts)
    {
        var results = report.ObservationSegments.Count;
        var documents = Math.Max(0, texts - 1) + report.DocumentSegments.Sum(static obx => obx.Field(5).RepetitionCount);
        _results += results;
        _documents += documents;
        if (results > 0 && _results > MaxResults)
        {
            Refuse(report.ObservationSegments[^1], $"{MaxResults} discrete results: send several messages, or a document.");
            return true;
        }

        if (documents == 0 || _documents <= MaxDocuments) return false;
        var last = report.DocumentSegments.Count > 0 ? report.DocumentSegments[^1] : lines[^1];
        Refuse(last, $"{MaxDocuments} documents: send several messages.");
        return true;

        void Refuse(Segment obx, string what) => report.Problems.Add(
            new Problem(198, Severity.Error, new ErrorLocation("OBX", obx.Occurrence), "A message holds at most " + what));
    }

    /// <summary>What is neither a document nor a discrete result is text: nothing that was sent is lost.</summary>
    private static List<Segment> TextsOf(OrderGroup group, MappedReport report)
    {
        var others = report.DocumentSegments.Concat(report.ObservationSegments).Concat(report.SegmentsWithoutText)
            .Select(static obx => obx.Index).ToHashSet();
        var texts = new List<Segment>();
        foreach (var obx in group.Obx)
        {
            if (!others.Contains(obx.Index)) texts.Add(obx);
        }

        return texts;
    }

    private void RunObservation(int report, Segment obx, MappedReport of, Action<int> open, Run run)
    {
        var end = obx.Index + 1;
        while (end < message.SegmentCount && message[end].Is("NTE")) end++;
        open(groups.Narrow(report, obx.Index, end));
        var observation = new MappedObservation
        {
            ObxOccurrence = obx.Occurrence, Scope = new MapScope(maps, RunLevel.Observation, context),
        };
        of.Observations.Add(observation);
        run(RunLevel.Observation, new MapOutput { Command = observation }, observation.Problems, (MapScope)observation.Scope);
    }
}
