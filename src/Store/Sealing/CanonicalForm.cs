using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Store.Audit;

namespace CloudPacs.Store.Sealing;

/// <summary>
/// The bytes that are hashed: numbers in network order, texts in UTF-8 behind their length, what is missing as the length -1. The form
/// never changes; another one would have another version.
/// </summary>
internal sealed class CanonicalForm
{
    private const byte Version = 1;
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    /// <summary>The hash over all columns of a row of the trail.</summary>
    public void HashRow(AuditRow row, Span<byte> hash)
    {
        _bytes.ResetWrittenCount();
        Add(Version);
        Add(row.Id);
        Add(TrailPlace.MicrosecondsOf(row.At));
        Add(row.Action);
        Add((short)row.Outcome);
        Add(row.Actor);
        Add(row.Source);
        Add(row.PatientId);
        Add(row.MessageId);
        Add(row.Entity);
        Add(row.Detail);
        Add(row.Resources);
        SHA256.HashData(_bytes.WrittenSpan, hash);
    }

    /// <summary>The hash of a block, in which that of its entries stands for these.</summary>
    public byte[] HashBlock(AuditBlock block)
    {
        _bytes.ResetWrittenCount();
        Add(Version);
        Add(block.Number);
        Add((short)block.Kind);
        Add(TrailPlace.MicrosecondsOf(block.SealedAt));
        Add(TrailPlace.MicrosecondsOf(block.OpenFrom));
        Add(block.FirstAt);
        Add(block.LastAt);
        Add((long)block.RowCount);
        _bytes.Write(block.EntriesHash);
        Add(block.Note);
        _bytes.Write(block.Previous);
        _bytes.Write(block.KeyId);
        return SHA256.HashData(_bytes.WrittenSpan);
    }

    private void Add(byte value) => _bytes.Write([value]);

    private void Add(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(sizeof(short)), value);
        _bytes.Advance(sizeof(short));
    }

    private void Add(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    private void Add(DateTimeOffset? time) => Add(time is { } known ? TrailPlace.MicrosecondsOf(known) : long.MinValue);

    private void Add(Guid? id)
    {
        Add((short)(id is null ? -1 : 16));
        if (id is not { } known) return;
        known.TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out _);
        _bytes.Advance(16);
    }

    private void Add(string? text)
    {
        var length = text is null ? -1 : Encoding.UTF8.GetByteCount(text);
        Add((long)length);
        if (text is null) return;
        Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length));
        _bytes.Advance(length);
    }
}
