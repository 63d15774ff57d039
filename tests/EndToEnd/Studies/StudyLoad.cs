using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// A modality and a web client that store one instance after the other, and again what was not answered. Sizes are on both sides of the
/// limit up to which instances are gathered.
/// </summary>
internal sealed class StudyLoad : CrashLoad
{
    private readonly TestedEngine _engine;
    private readonly int _seed;
    private readonly ConcurrentBag<SentImage> _stored = [];

    public StudyLoad(TestedEngine engine, int seed)
    {
        (_engine, _seed) = (engine, seed);
        Start(2, number => number == 0 ? StoreByAssociationAsync() : StoreByWebAsync());
    }

    /// <summary>Begins nothing new; ends when each has its last answer.</summary>
    public async Task<IReadOnlyCollection<SentImage>> FinishAsync()
    {
        await WaitForAllAsync();
        return _stored;
    }

    private async Task StoreByAssociationAsync()
    {
        DicomClient? client = null;
        foreach (var image in Images(1))
        {
            var dataSet = new ArrayBufferWriter<byte>();
            DataSetWriter.Write(image.DataSet(), TransferSyntax.ExplicitVrLittleEndian, dataSet, SpecificCharacterSet.Default);
            for (var attempt = 0; ; attempt++)
            {
                if (attempt == 1) CountRepeated();
                try
                {
                    client ??= await DicomClient.ConnectAsync(
                        new DicomClientOptions
                        {
                            Host = "127.0.0.1", Port = _engine.DicomPort, CallingAe = "CT7", CalledAe = "CLOUDPACS",
                            Contexts = [new ProposedContext(Uids.SecondaryCaptureImageStorage, TransferSyntax.ExplicitVrLittleEndian)],
                        },
                        TimeProvider.System, GiveUp);
                    var status = await client.StoreAsync(
                        Uids.SecondaryCaptureImageStorage, image.Instance, TransferSyntax.ExplicitVrLittleEndian,
                        PipeReader.Create(new ReadOnlySequence<byte>(dataSet.WrittenMemory)), GiveUp);
                    Assert.Equal(StoreResult.Success, status);
                    break;
                }
                catch (DicomNetworkException e)
                {
                    // Of all refusals only the one that says later.
                    Assert.True(e.Status is null or DimseStatus.OutOfResources, $"{e.Status:X4} {e.ErrorComment}");
                    if (client is not null) await client.DisposeAsync();
                    client = null;
                    await Task.Delay(20, GiveUp);
                }
            }

            _stored.Add(image);
            CountAnswered();
        }

        if (client is not null) await client.DisposeAsync();
    }

    private async Task StoreByWebAsync()
    {
        foreach (var image in Images(2))
        {
            for (var attempt = 0; ; attempt++)
            {
                if (attempt == 1) CountRepeated();
                try
                {
                    using var web = new DicomWebViewer(_engine);
                    var (status, _) = await web.StoreAsync(image.File());
                    if (status == HttpStatusCode.OK) break;
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                }
                catch (HttpRequestException)
                {
                    // It was killed, or does not listen yet.
                }

                await Task.Delay(20, GiveUp);
            }

            _stored.Add(image);
            CountAnswered();
        }
    }

    private IEnumerable<SentImage> Images(int sender)
    {
        var random = new Random(_seed + sender);
        for (var next = 1; !IsFinishing; next++)
        {
            yield return new SentImage($"1.2.826.0.1.3680043.10.9.6.{_seed}.{sender}.{1 + (next / 20)}", $"KILL-{sender}")
            {
                Instance = $"1.2.826.0.1.3680043.10.9.6.{_seed}.{sender}.{1 + (next / 20)}.1.{next}", Pixel = (byte)next,
                Rows = random.Next(8) == 0 ? random.Next(34_000, 60_000) : random.Next(16, 4000),
            };
        }
    }
}
