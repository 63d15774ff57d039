using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Running;

namespace CloudPacs.Mapping.Explaining;

/// <summary>Runs the traced form of a map over one message, both phases.</summary>
internal static class Explainer
{
    public static MapExplanation Explain(SenderVariant variant, Message message, MapContext context, FhirState state)
    {
        var mended = new List<Problem>();
        message = FieldReview.Read(message, variant.Maps, mended);
        var trace = new MapTrace(message, variant.Maps.Reads);
        var mapped = new MapRunner(variant.Traced, variant.Version, message, mended, context.ReceivedAt, context.NextNumber, trace).Run();
        var warnings = new List<string>(mapped.Warnings);
        void Render(object? scope, RunLevel level, string words)
        {
            if (scope is not MapScope known) return;
            trace.Open(level, words);
            var rendered = FhirRenderer.RenderAll(known, state);
            warnings.AddRange(rendered.Warnings.Except(warnings));
            mapped.Misses.AddRange(rendered.Misses.Except(mapped.Misses));
        }

        foreach (var (patient, index) in mapped.Patients.Select((patient, index) => (patient, index)))
            Render(patient.Scope, RunLevel.Patient, $"FHIR of patient {index + 1}");
        Render(mapped.Appointment?.Scope, RunLevel.Appointment, "FHIR of appointment");
        foreach (var (procedure, index) in mapped.Procedures.Select((procedure, index) => (procedure, index)))
        {
            Render(procedure.Scope, RunLevel.Procedure, $"FHIR of procedure {index + 1}");
            foreach (var (step, number) in procedure.Steps.Select((step, number) => (step, number)))
                Render(step.Scope, RunLevel.Step, $"FHIR of procedure {index + 1} step {number + 1}");
        }

        foreach (var (report, index) in mapped.Reports.Select((report, index) => (report, index)))
        {
            Render(report.Scope, RunLevel.Report, $"FHIR of report {index + 1}");
            foreach (var (observation, number) in report.Observations.Select((observation, number) => (observation, number)))
                Render(observation.Scope, RunLevel.Observation, $"FHIR of report {index + 1} result {number + 1}");
        }

        return new MapExplanation(trace.Values, NotUsed(message, trace), trace.Skipped, warnings, mapped.Misses) { Mapped = mapped };
    }

    private static List<string> NotUsed(Message message, MapTrace trace)
    {
        List<string> unused = [];
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var segment = message[i];
            var id = System.Text.Encoding.ASCII.GetString(segment.Id).ToUpperInvariant();
            for (var n = id == "MSH" ? 3 : 1; n <= segment.FieldCount; n++)
            {
                var field = segment.Field(n);
                if (field.State == ValueState.Absent
                    || trace.Reads.Exists(read => read.Start < field.Start + field.Length
                    && field.Start < read.Start + read.Length)) continue;
                unused.Add(segment.Occurrence == 1 ? $"{id}-{n}" : $"{id}[{segment.Occurrence}]-{n}");
            }
        }

        return unused;
    }
}
