using System.Buffers;
using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// Instances go through the engine in pieces: what an association takes does not grow with what it stores, and is some 1 MB at most. With
/// <c>CLOUDPACS_LONG=1</c> the largest instance is one of 4 GiB.
/// </summary>
public sealed class StoreMemoryTests : IAsyncDisposable
{
    private const string SopClass = Uids.SecondaryCaptureImageStorage;
    private const int Many = 50;

    // What is not needed any more is collected later: some 8 KiB of a mebibyte of an image, and 0.6 MB of a study that is new.
    private const long GarbageOfLarge = 64L << 20, GarbageOfMany = 128L << 20, MostOfOne = 1 << 20;

    // The longest value that there is has an even length (PS3.5 7.1.1).
    private static readonly long Large = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 0xFFFF_FFFEL : 128L << 20;

    private readonly EngineProcess _engine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task What_an_association_takes_does_not_grow_with_what_it_stores()
    {
        await _engine.StartAsync();
        // What all associations share is there when the first one has stored as much as the many will.
        await StoreAsync(1, 512 << 10, times: Many * 4);

        var large = await GrowthAsync(() => StoreAsync(1, Large, times: 1));
        var many = await GrowthAsync(() => StoreAsync(Many, 512 << 10, times: 4));

        Assert.True(large <= GarbageOfLarge + MostOfOne, $"{Large >> 20} MiB took {large >> 10} KiB.");
        Assert.True(many <= (Many * MostOfOne) + GarbageOfMany, $"{Many} associations took {many >> 10} KiB.");
    }

    /// <summary>How much more memory the engine has at the most while something is done than before.</summary>
    private async Task<long> GrowthAsync(Func<Task> act)
    {
        var before = _engine.ForgetPeakMemory();
        await act();
        var peak = _engine.PeakMemory;
        TestContext.Current.SendDiagnosticMessage(
            $"{before >> 10} KiB before, {peak >> 10} KiB at the most, {_engine.ForgetPeakMemory() >> 10} KiB after");
        return peak - before;
    }

    private Task StoreAsync(int associations, long pixelBytes, int times) => Task.WhenAll(Enumerable.Range(0, associations).Select(async number =>
    {
        await using var client = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = "127.0.0.1", Port = _engine.DicomPort, CallingAe = $"MEM{number % 10}", CalledAe = "CLOUDPACS",
            Contexts = [new(SopClass, TransferSyntax.ExplicitVrLittleEndian)],
        }, TimeProvider.System, Token);
        for (var n = 0; n < times; n++)
        {
            var instance = StudyFiles.Uid();
            await using var image = new MadeImage(instance, pixelBytes);
            Assert.Equal(StoreResult.Success, await client.StoreAsync(SopClass, instance, TransferSyntax.ExplicitVrLittleEndian, PipeReader.Create(image), Token));
        }

        await client.ReleaseAsync(Token);
    }));

    /// <summary>A data set that is made while it is read: black pixels, as many as one likes.</summary>
    private sealed class MadeImage : Stream
    {
        private readonly byte[] _head;
        private long _position;

        public MadeImage(string instance, long pixelBytes)
        {
            var dataSet = new DataSet()
                .Set(Tags.SopClassUid, SopClass).Set(Tags.SopInstanceUid, instance).Set(Tags.Modality, "OT").Set(Tags.PatientId, "MEM1")
                .Set(Tags.StudyInstanceUid, StudyFiles.Uid()).Set(Tags.SeriesInstanceUid, StudyFiles.Uid());
            var bytes = new ArrayBufferWriter<byte>();
            Part10.Write(Part10.CreateMeta(SopClass, instance, TransferSyntax.ExplicitVrLittleEndian), dataSet, bytes, SpecificCharacterSet.Default);
            _head = [.. StudyFiles.DataSetOf(bytes.WrittenSpan.ToArray()), 0xE0, 0x7F, 0x10, 0x00, (byte)'O', (byte)'B', 0, 0, .. BitConverter.GetBytes((uint)pixelBytes)];
            Length = _head.Length + pixelBytes;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length { get; }

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Length - _position);
            buffer[..count].Clear();
            if (_position < _head.Length) _head.AsSpan((int)_position, Math.Min(count, _head.Length - (int)_position)).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
