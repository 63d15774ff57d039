using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class MessageAssemblerTests
{
    private static readonly byte[] FindCommand = new CommandWriter().Write(CommandSets.Find(3, "1.2.840.10008.5.1.4.31")).ToArray();

    [Property(MaxTest = 300)]
    public bool Any_split_of_a_message_gives_the_same_message(byte[] dataSet, ushort[] cuts)
    {
        var assembler = new MessageAssembler(1 << 20);

        // Twice: what is left over from one message must not show in the next.
        return IsWhole(assembler, dataSet, cuts) && IsWhole(assembler, dataSet, cuts);
    }

    private static bool IsWhole(MessageAssembler assembler, byte[] dataSet, ushort[] cuts)
    {
        DimseMessage? message = null;
        foreach (var (part, isCommand) in new[] { (FindCommand, true), (dataSet, false) })
        {
            // Cuts at arbitrary places, also twice at the same: fragments of length zero.
            int[] ends = [.. cuts.Select(cut => cut % (part.Length + 1)).Order(), part.Length];
            var start = 0;
            for (var i = 0; i < ends.Length; i++)
            {
                var isLast = i == ends.Length - 1;
                var status = assembler.Add(Fragment(5, isCommand, isLast, part[start..ends[i]]), out message);
                if (status == AssemblyStatus.Invalid || (status == AssemblyStatus.Message) != (isLast && !isCommand)) return false;
                start = ends[i];
            }
        }

        return message is { ContextId: 5, IsTooLarge: false, Command.MessageId: 3 } && message.DataSet.Span.SequenceEqual(dataSet);
    }

    [Fact]
    public void A_command_that_announces_no_data_set_is_a_message()
    {
        var status = new MessageAssembler(100).Add(Fragment(1, true, true, new CommandWriter().Write(CommandSets.Cancel(4)).ToArray()), out var message);

        Assert.Equal(AssemblyStatus.Message, status);
        Assert.Equal((CommandField.CCancel, (ushort?)4), (message!.Command.Field, message.Command.MessageIdBeingRespondedTo));
    }

    [Fact]
    public void A_data_set_above_the_limit_is_dropped_and_said_to_be_too_large()
    {
        var assembler = new MessageAssembler(10);
        assembler.Add(Fragment(1, true, true, FindCommand), out _);
        assembler.Add(Fragment(1, false, false, new byte[6]), out _);
        assembler.Add(Fragment(1, false, false, new byte[6]), out _);

        var status = assembler.Add(Fragment(1, false, true, new byte[1]), out var message);

        Assert.Equal(AssemblyStatus.Message, status);
        Assert.True(message!.IsTooLarge);
        Assert.True(message.DataSet.IsEmpty);
    }

    [Fact]
    public void A_command_set_without_end_is_refused()
    {
        var assembler = new MessageAssembler(int.MaxValue);
        var status = AssemblyStatus.NeedMore;

        for (var i = 0; i < 100 && status == AssemblyStatus.NeedMore; i++) status = assembler.Add(Fragment(1, true, false, new byte[1000]), out _);

        Assert.Equal(AssemblyStatus.Invalid, status);
    }

    [Fact]
    public void A_message_must_begin_with_its_command() =>
        Assert.Equal(AssemblyStatus.Invalid, new MessageAssembler(100).Add(Fragment(1, false, true, [1, 2]), out _));

    [Fact]
    public void A_second_command_in_place_of_the_data_set_is_refused()
    {
        var assembler = new MessageAssembler(100);
        assembler.Add(Fragment(1, true, true, FindCommand), out _);

        Assert.Equal(AssemblyStatus.Invalid, assembler.Add(Fragment(1, true, true, FindCommand), out _));
    }

    [Fact]
    public void Fragments_of_one_message_stay_on_one_context()
    {
        var assembler = new MessageAssembler(100);
        assembler.Add(Fragment(1, true, true, FindCommand), out _);

        Assert.Equal(AssemblyStatus.Invalid, assembler.Add(Fragment(3, false, true, [1, 2]), out _));
    }

    private static Pdv Fragment(byte contextId, bool isCommand, bool isLast, byte[] bytes) =>
        new(contextId, (byte)((isCommand ? 1 : 0) | (isLast ? 2 : 0)), bytes);
}
