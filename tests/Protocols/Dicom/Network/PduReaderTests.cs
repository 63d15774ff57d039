using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.UpperLayer;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class PduReaderTests
{
    private const int MaxData = 16384;

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("\x16\x03\x01")]
    [InlineData("\0")]
    public void A_first_byte_that_is_no_pdu_type_is_enough_to_refuse(string start)
    {
        var result = PduReader.Read(System.Text.Encoding.Latin1.GetBytes(start), State.Sta2, MaxData);

        Assert.Equal((PduStatus.Invalid, AbortReason.UnrecognizedPdu), (result.Status, result.Reason));
    }

    [Theory]
    [InlineData(1, (int)State.Sta2, 1 << 20, (int)PduStatus.NeedMore)]
    [InlineData(1, (int)State.Sta2, (1 << 20) + 1, (int)PduStatus.Invalid)]
    [InlineData(1, (int)State.Sta2, 67, (int)PduStatus.Invalid)]
    [InlineData(1, (int)State.Sta2, -1, (int)PduStatus.Invalid)]
    [InlineData(1, (int)State.Sta6, -1, (int)PduStatus.HeaderOnly)]
    [InlineData(2, (int)State.Sta5, 200, (int)PduStatus.NeedMore)]
    [InlineData(2, (int)State.Sta2, 200, (int)PduStatus.HeaderOnly)]
    [InlineData(3, (int)State.Sta5, 5, (int)PduStatus.Invalid)]
    [InlineData(4, (int)State.Sta6, MaxData + PduReader.DataTolerance, (int)PduStatus.NeedMore)]
    [InlineData(4, (int)State.Sta6, MaxData + PduReader.DataTolerance + 1, (int)PduStatus.Invalid)]
    [InlineData(4, (int)State.Sta7, 6, (int)PduStatus.NeedMore)]
    [InlineData(4, (int)State.Sta6, 5, (int)PduStatus.Invalid)]
    [InlineData(4, (int)State.Sta2, -1, (int)PduStatus.HeaderOnly)]
    [InlineData(4, (int)State.Sta8, 100, (int)PduStatus.HeaderOnly)]
    [InlineData(5, (int)State.Sta6, 5, (int)PduStatus.Invalid)]
    [InlineData(7, (int)State.Sta2, 4, (int)PduStatus.NeedMore)]
    [InlineData(7, (int)State.Sta13, -1, (int)PduStatus.HeaderOnly)]
    public void The_length_a_header_may_declare_depends_on_the_state(byte type, int state, int length, int status)
    {
        byte[] header = [type, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

        Assert.Equal((PduStatus)status, PduReader.Read(header, (State)state, MaxData).Status);
    }

    [Fact]
    public void A_pdu_is_whole_with_its_last_byte()
    {
        byte[] release = [5, 0, 0, 0, 0, 4, 0, 0, 0, 0];

        for (var length = 0; length < release.Length; length++)
            Assert.Equal(PduStatus.NeedMore, PduReader.Read(release.AsSpan(0, length), State.Sta6, MaxData).Status);
        Assert.Equal(new PduResult(PduStatus.Pdu, PduType.ReleaseRq, 4), PduReader.Read(release, State.Sta6, MaxData));
    }

    [Property]
    public bool Noise_never_throws_and_never_asks_for_more_than_the_limit(byte[] noise, byte state)
    {
        var result = PduReader.Read(noise, (State)((state % 13) + 1), MaxData);

        return result.Status != PduStatus.NeedMore || noise.Length < PduWriter.HeaderBytes || result.BodyBytes <= PduReader.MaxAssociateBytes;
    }

    [Property]
    public bool Noise_in_a_pdata_body_never_throws(byte[] noise)
    {
        var rest = noise.AsSpan();
        var taken = 0;
        ReadOnlySpan<byte> body = rest;
        while (Pdv.TryTake(ref body, out var pdv)) taken += pdv.Fragment.Length + 6;

        return taken + body.Length == noise.Length && Pdv.IsWellFormed(noise) == body.IsEmpty;
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 2, 1, 3 }, true)]
    [InlineData(new byte[] { 0, 0, 0, 3, 1, 3, 9 }, true)]
    [InlineData(new byte[] { 0, 0, 0, 1, 1, 3 }, false)]
    [InlineData(new byte[] { 0, 0, 0, 4, 1, 3, 9 }, false)]
    [InlineData(new byte[] { 255, 255, 255, 255, 1, 3, 9 }, false)]
    [InlineData(new byte[] { 0, 0, 0, 2, 1, 3, 0 }, false)]
    public void A_pdata_body_is_whole_items_and_nothing_else(byte[] body, bool isWellFormed) => Assert.Equal(isWellFormed, Pdv.IsWellFormed(body));
}
