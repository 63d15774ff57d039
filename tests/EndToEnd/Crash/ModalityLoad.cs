using System.Collections.Concurrent;
using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// Modalities: each performs one order after the other at any of the engines, and says again what was not answered, in the same words, to the
/// next one. Any answer but success ends the test.
/// </summary>
internal sealed class ModalityLoad : CrashLoad
{
    private readonly IReadOnlyList<TestedEngine> _engines;
    private readonly ConcurrentDictionary<string, ReportedCase> _cases = new(StringComparer.Ordinal);

    public ModalityLoad(IReadOnlyList<TestedEngine> engines, int modalities)
    {
        _engines = engines;
        Start(modalities, PerformAsync);
    }

    /// <summary>Begins nothing new; ends when each modality has ended what it has begun.</summary>
    public async Task<IReadOnlyCollection<ReportedCase>> FinishAsync()
    {
        await WaitForAllAsync();
        return [.. _cases.Values];
    }

    private async Task PerformAsync(int number)
    {
        var at = number % _engines.Count;
        DicomClient? client = null;
        for (var next = 0; !IsFinishing; next++)
        {
            var performed = new ReportedCase(number, next);
            await PlaceAsync(performed.Order);
            _cases[performed.SopInstanceUid] = performed;
            await ReportAsync(c => c.CreateAsync(Uids.ModalityPerformedProcedureStep, performed.SopInstanceUid, performed.Create(), GiveUp));
            await ReportAsync(c => c.SetAsync(Uids.ModalityPerformedProcedureStep, performed.SopInstanceUid, performed.Set(), GiveUp));
        }

        if (client is not null) await client.DisposeAsync();

        async Task PlaceAsync(OrderText order)
        {
            var message = new SentMessage(order.ToString());
            while (true)
            {
                await using var his = new MllpClient(new MllpClientOptions { Host = "127.0.0.1", Port = _engines[at].MllpPort, MaxAttempts = 1 }, TimeProvider.System);
                var answer = await his.SendAsync(message.Bytes, message.IsAnsweredBy, GiveUp);
                if (answer.IsAnswered)
                {
                    Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var read, out _));
                    Assert.Equal("AA", read.Segment("MSA").Field(1).Text);
                    return;
                }

                await GoOnAsync();
            }
        }

        async Task ReportAsync(Func<DicomClient, Task<InstanceResult>> report)
        {
            for (var attempt = 0; ; attempt++)
            {
                if (attempt == 1) CountRepeated();
                try
                {
                    client ??= await DicomClient.ConnectAsync(
                        new DicomClientOptions { Host = "127.0.0.1", Port = _engines[at].DicomPort, CallingAe = "CT7", CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.ModalityPerformedProcedureStep)] },
                        TimeProvider.System, GiveUp);
                    var result = await report(client);
                    Assert.True(result.Status == 0, $"{result.Status:X4} {result.ErrorComment}");
                    CountAnswered();
                    return;
                }
                catch (DicomNetworkException)
                {
                    await GoOnAsync();
                }
            }
        }

        // With the next engine, as behind a balancer.
        async Task GoOnAsync()
        {
            at = (at + 1) % _engines.Count;
            if (client is not null) await client.DisposeAsync();
            client = null;
            await Task.Delay(20, GiveUp);
        }
    }
}

/// <summary>An order, and what a modality says of it: that it begins, and that it is completed or given up.</summary>
internal sealed class ReportedCase(int modality, int number)
{
    public OrderText Order { get; } = new(Invariant($"C{modality}X{number}"), Invariant($"CP{modality}-{number}"), "CRASH^CASE");

    public string SopInstanceUid { get; } = Invariant($"1.2.826.0.1.3680043.10.9.90.{modality + 1}.{number + 1}");

    public string State { get; } = number % 4 == 3 ? "DISCONTINUED" : "COMPLETED";

    /// <summary>ORC-5 of what is told of it, in order.</summary>
    public string[] Told => ["IP", State == "COMPLETED" ? "CM" : "DC"];

    public DataSet Create() => new DataSet()
        .SetSequence(
            Tags.ScheduledStepAttributesSequence,
            new DataSet().Set(Tags.StudyInstanceUid, Order.StudyUid).Set(Tags.AccessionNumber, Order.Accession).Set(Tags.RequestedProcedureId, "RP" + Order.Accession)
                .Set(Tags.ScheduledProcedureStepId, "S" + Order.Accession))
        .Set(Tags.PatientName, Order.Name).Set(Tags.PatientId, Order.PatientId).Set(Tags.PerformedProcedureStepId, "PPS" + Order.Accession)
        .Set(Tags.PerformedStationAeTitle, "CT7").Set(Tags.PerformedProcedureStepStartDate, "20261201").Set(Tags.PerformedProcedureStepStartTime, "093500")
        .Set(Tags.PerformedProcedureStepStatus, "IN PROGRESS").Set(Tags.Modality, "CT").SetSequence(Tags.PerformedSeriesSequence);

    public DataSet Set() => new DataSet()
        .Set(Tags.PerformedProcedureStepStatus, State).Set(Tags.PerformedProcedureStepEndDate, "20261201").Set(Tags.PerformedProcedureStepEndTime, "100500")
        .SetSequence(Tags.PerformedSeriesSequence, new DataSet().Set(Tags.SeriesInstanceUid, SopInstanceUid + ".1").Set(Tags.ProtocolName, "Chest"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
