using CloudPacs.Domain.Reports;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Tests.Mapping;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Commands;

/// <summary>
/// The messages of the tests of the maps, the order cases among them, by HL7 and again as JSON commands: the same rows, the same entries, the
/// same numbers.
/// </summary>
public sealed class BothDoorsTests
{
    [Theory]
    [MemberData(nameof(MapTestFiles.Names), MemberType = typeof(MapTestFiles))]
    public void Commands_do_what_the_message_does(string file)
    {
        var runner = MapTestFiles.Runner;
        var test = runner.ReadTests().Single(t => t.At.File == file);
        var byMessage = Pipeline.Of(test);
        var byCommand = Pipeline.Of(test);

        foreach (var bytes in test.Before.Select(before => runner.BytesOf(before, test)).Append(runner.BytesOf(test)))
        {
            var message = byMessage.Read(bytes);
            // Reports come as messages only.
            var sent = message.Commands?.Commands is { } commands and not ReportCommands && message.Refusals.Count == 0
                ? SentCommands.Of(commands, message)
                : null;
            var result = byMessage.Apply(message);
            if (sent is null) continue;
            if (SentCommands.AreFaulty(message.Commands!.Commands!))
            {
                Assert.NotEqual(MessageOutcome.Applied, result.Outcome);
                continue;
            }

            var change = byCommand.ReadCommands(sent);
            change.ApplyTo(byCommand.Workspace, new BatchRows());

            Assert.Equal(result.Outcome == MessageOutcome.Applied, change.Outcome!.IsKept);
            Assert.Equal(Rows(byMessage.Workspace), Rows(byCommand.Workspace));
            Assert.Equal(Worklist(byMessage.Workspace, byMessage.Clock), Worklist(byCommand.Workspace, byCommand.Clock));
        }
    }

    /// <summary>States and numbers, which an entry shows in part only.</summary>
    private static List<string> Rows(Workspace workspace)
    {
        var lines = new List<string>();
        foreach (var order in workspace.Changed.OfType<OrderRow>())
        {
            lines.Add($"{order.PlacerNumber} {order.FillerNumber} {order.Facility} {order.Parent}");
            foreach (var procedure in order.Procedures)
            {
                lines.Add($"  {procedure.AccessionNumber} {procedure.RequestedProcedureId} {procedure.StudyInstanceUid}");
                lines.AddRange(procedure.Steps.Select(static step => $"    {step.StepId} {step.StepState} {step.Start.UtcDateTime:s} {step.Modality}"));
            }
        }

        return lines;
    }

    private static string Worklist(Workspace workspace, SiteClock clock) => string.Join('\n', ShownEntries.Of(workspace, clock).Select(ShownEntries.Json));
}
