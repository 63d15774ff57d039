using CloudPacs.Dicom;
using CloudPacs.Dicom.Network.Dimse;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class CommandSetTests
{
    [Fact]
    public void An_echo_request_has_the_bytes_of_the_standard()
    {
        var bytes = new CommandWriter().Write(CommandSets.Echo(7)).ToArray();

        var expected = "0000 0000 04000000 38000000"
            + "0000 0200 12000000" + Convert.ToHexString("1.2.840.10008.1.1\0"u8)
            + "0000 0001 02000000 3000"
            + "0000 1001 02000000 0700"
            + "0000 0008 02000000 0101";
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(bytes));
    }

    [Fact]
    public void Every_element_comes_back_as_it_was_written()
    {
        var written = new CommandSet
        {
            Field = CommandField.NAction | CommandField.Response,
            HasDataSet = true,
            AffectedSopClassUid = "1.2.3",
            RequestedSopClassUid = "1.2.34",
            MessageId = 1,
            MessageIdBeingRespondedTo = 65535,
            Priority = 2,
            Status = 0xA900,
            OffendingElements = [new Tag(0x0010, 0x0010), new Tag(0x0040, 0x0100)],
            ErrorComment = "No such key",
            ErrorId = 0xA710,
            AffectedSopInstanceUid = "",
            RequestedSopInstanceUid = "1.2.5",
            EventTypeId = 1,
            ActionTypeId = 3,
            AttributeIdentifiers = [.. Enumerable.Range(1, 100).Select(i => new Tag(0x0010, (ushort)i))],
        };

        Assert.True(CommandReader.TryRead(new CommandWriter().Write(written), out var read));

        Assert.Equivalent(written, read, strict: true);
    }

    [Fact]
    public void An_error_comment_is_cut_to_64_ascii_characters()
    {
        var command = new CommandSet { Field = CommandField.CFind, ErrorComment = "Müller\\x" + new string('a', 80) };

        CommandReader.TryRead(new CommandWriter().Write(command), out var read);

        Assert.Equal("M?ller?x" + new string('a', 56), read!.ErrorComment);
    }

    [Fact]
    public void A_command_without_field_or_data_set_type_is_refused() =>
        Assert.False(CommandReader.TryRead([0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0], out _));

    [Theory]
    [InlineData("08001000040000004142 4344")]
    [InlineData("00000001FFFFFFFF3000")]
    [InlineData("000000010200")]
    public void Another_group_or_a_length_beyond_the_end_is_refused(string hex) =>
        Assert.False(CommandReader.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _));

    [Fact]
    public void Responses_to_requested_uids_name_them_as_affected()
    {
        var request = new CommandSet { Field = CommandField.NSet, RequestedSopClassUid = "1.2", RequestedSopInstanceUid = "1.3", MessageId = 9 };

        var response = CommandSets.Response(request, 0x0110);

        Assert.Equal(((CommandField)0x8120, "1.2", "1.3", (ushort?)9, (ushort?)0x0110),
            (response.Field, response.AffectedSopClassUid, response.AffectedSopInstanceUid, response.MessageIdBeingRespondedTo, response.Status));
    }

    [Property]
    public bool Noise_never_throws(byte[] noise) => CommandReader.TryRead(noise, out var command) == command is not null;
}
