using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Tells receivers of performed steps what modalities report: what was taken over of it, under the same UID, in its order. One that
/// reported something itself does not hear of it.
/// </summary>
internal sealed class PerformedWriter(OutboundSettings settings) : INewsWriter
{
    /// <summary>Kind of deliveries with the content of an N-CREATE or N-SET.</summary>
    public const string Copies = "mpps";

    /// <summary>Kind of deliveries that notify of an event.</summary>
    public const string Events = "mpps-event";

    private const string InProgress = "IN PROGRESS";

    public void Write(Workspace workspace, News news, BatchRows rows)
    {
        if (settings.MppsReceivers.Count == 0) return;
        foreach (var (step, report) in news.Performed)
        {
            // Others want a step to begin before it goes on.
            if (step.CreateHash is null) continue;
            List<(string Event, ReadOnlyMemory<byte> Content)> told = [.. Told(step, report)];
            foreach (var (name, receiver) in settings.MppsReceivers)
            {
                if (receiver.Reports(news.Actor)) continue;
                foreach (var (happened, content) in told) rows.Deliveries.Add(new DeliveryRow
                {
                    Destination = name,
                    OrderKey = step.SopInstanceUid,
                    Kind = receiver.Notify ? Events : Copies,
                    Event = happened,
                    ControlId = step.SopInstanceUid,
                    Payload = receiver.Notify ? default : content,
                    CreatedAt = news.At,
                });
            }
        }
    }

    /// <summary>
    /// A step that is reported only when it has ended, or whose end came before its beginning, is told as the standard wants it: begun,
    /// then ended (PS3.4 F.7.2.1.2).
    /// </summary>
    private static IEnumerable<(string Event, ReadOnlyMemory<byte> Content)> Told(PerformedStepRow step, PerformedReport report)
    {
        var said = report.Attributes;
        if (report.Begins)
        {
            var begun = report.IsFinal ? said.Copy().Set(Tags.PerformedProcedureStepStatus, InProgress) : said;
            yield return (PerformedEvents.Started, Attributes.Encode(begun));
            var now = Attributes.Read(step.Attributes);
            if (step.PerformedState == PerformedState.InProgress && now.IsSameAs(said)) yield break;
            said = now;
        }

        var changed = new DataSet();
        foreach (var element in said.Where(static element => PerformedChecks.IsSettable(element.Tag))) changed.Add(element);
        var happened = step.PerformedState switch
        {
            PerformedState.Completed => PerformedEvents.Completed,
            PerformedState.Discontinued => PerformedEvents.Discontinued,
            _ => PerformedEvents.Changed,
        };
        if (changed.Count > 0) yield return (happened, Attributes.Encode(changed));
    }
}
