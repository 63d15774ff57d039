using System.Collections.Concurrent;
using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// Modalities that never give up: each performs one order after the other, and says again what was not answered, in the same words. Any
/// answer but success ends the test.
/// </summary>
internal sealed class ModalityLoad : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly int _mllpPort;
    private readonly int _dicomPort;
    private readonly CancellationTokenSource _giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentDictionary<string, ReportedCase> _cases = new(StringComparer.Ordinal);
    private readonly Task[] _modalities;
    private readonly Lock _gate = new();
    private TaskCompletionSource _reached = new();
    private int _target = int.MaxValue;
    private int _answered;
    private int _repeated;
    private volatile bool _isFinishing;

    public ModalityLoad(int mllpPort, int dicomPort, int modalities)
    {
        (_mllpPort, _dicomPort) = (mllpPort, dicomPort);
        _modalities = [.. Enumerable.Range(0, modalities).Select(number => Task.Run(() => PerformAsync(number)))];
    }

    /// <summary>Reports that had to be sent again.</summary>
    public int Repeated => _repeated;

    /// <summary>Waits until so many further reports are answered, with others on their way.</summary>
    public async Task AdvanceAsync(int more)
    {
        Task far;
        lock (_gate)
        {
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _target = _answered + more;
            far = _reached.Task;
        }

        var ended = Task.WhenAny(_modalities);
        if (await Task.WhenAny(far, ended, Task.Delay(Patience, _giveUp.Token)) == far) return;
        if (ended.IsCompleted) await await ended;
        Assert.Fail($"{more} answers have not come within {Patience.TotalSeconds} s.");
    }

    /// <summary>Begins nothing new; ends when each modality has ended what it has begun.</summary>
    public async Task<IReadOnlyCollection<ReportedCase>> FinishAsync()
    {
        _isFinishing = true;
        await Task.WhenAll(_modalities).WaitAsync(Patience, _giveUp.Token);
        return [.. _cases.Values];
    }

    public async ValueTask DisposeAsync()
    {
        _isFinishing = true;
        await _giveUp.CancelAsync();
        await Task.WhenAll(_modalities).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _giveUp.Dispose();
    }

    private async Task PerformAsync(int number)
    {
        await using var his = new MllpClient(
            new MllpClientOptions { Host = "127.0.0.1", Port = _mllpPort, MaxAttempts = 1, FirstBackoff = TimeSpan.FromMilliseconds(20), LongestBackoff = TimeSpan.FromMilliseconds(200) },
            TimeProvider.System);
        DicomClient? client = null;
        for (var next = 0; !_isFinishing; next++)
        {
            var performed = new ReportedCase(number, next);
            await PlaceAsync(his, performed.Order);
            _cases[performed.SopInstanceUid] = performed;
            client = await ReportAsync(client, c => c.CreateAsync(Uids.ModalityPerformedProcedureStep, performed.SopInstanceUid, performed.Create(), _giveUp.Token));
            client = await ReportAsync(client, c => c.SetAsync(Uids.ModalityPerformedProcedureStep, performed.SopInstanceUid, performed.Set(), _giveUp.Token));
        }

        if (client is not null) await client.DisposeAsync();
    }

    private async Task PlaceAsync(MllpClient his, OrderText order)
    {
        var message = new SentMessage(order.ToString());
        while (true)
        {
            var answer = await his.SendAsync(message.Bytes, message.IsAnsweredBy, _giveUp.Token);
            if (!answer.IsAnswered) continue;
            Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var read, out _));
            Assert.Equal("AA", read.Segment("MSA").Field(1).Text);
            return;
        }
    }

    /// <returns>The association to go on with.</returns>
    private async Task<DicomClient> ReportAsync(DicomClient? client, Func<DicomClient, Task<InstanceResult>> report)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (attempt == 1) Interlocked.Increment(ref _repeated);
            try
            {
                client ??= await DicomClient.ConnectAsync(
                    new DicomClientOptions { Host = "127.0.0.1", Port = _dicomPort, CallingAe = "CT7", CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.ModalityPerformedProcedureStep)] },
                    TimeProvider.System, _giveUp.Token);
                var result = await report(client);
                Assert.True(result.Status == 0, $"{result.Status:X4} {result.ErrorComment}");
                CountAnswered();
                return client;
            }
            catch (DicomNetworkException)
            {
                if (client is not null) await client.DisposeAsync();
                client = null;
                await Task.Delay(20, _giveUp.Token);
            }
        }
    }

    private void CountAnswered()
    {
        lock (_gate)
        {
            if (++_answered < _target) return;
            _target = int.MaxValue;
            _reached.TrySetResult();
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
