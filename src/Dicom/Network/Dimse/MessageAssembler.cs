using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Dimse;

internal enum AssemblyStatus : byte
{
    NeedMore,
    Message,
    Invalid,
}

/// <summary>Puts messages together from presentation data values, wherever they were cut (PS3.8 annex E). Holds no more than the limits, whatever comes.</summary>
internal sealed class MessageAssembler(int maxDataSetBytes)
{
    private const int MaxCommandBytes = 64 * 1024;

    private byte[] gathered = [];
    private int count;
    private byte contextId;
    private CommandSet? command;
    private bool isTooLarge;
    private bool isMidway;

    public AssemblyStatus Add(in Pdv pdv, out DimseMessage? message)
    {
        message = null;
        // A command set comes first, and fragments of two messages are never mixed.
        if (pdv.IsCommand != (command is null) || (isMidway && pdv.ContextId != contextId)) return AssemblyStatus.Invalid;
        (contextId, isMidway) = (pdv.ContextId, true);

        var limit = pdv.IsCommand ? MaxCommandBytes : maxDataSetBytes;
        if (pdv.Fragment.Length > limit - count) isTooLarge = true;
        if (isTooLarge && pdv.IsCommand) return AssemblyStatus.Invalid;
        if (!isTooLarge) Gather(pdv.Fragment, pdv.IsLast);
        if (!pdv.IsLast) return AssemblyStatus.NeedMore;

        if (pdv.IsCommand)
        {
            if (!CommandReader.TryRead(gathered.AsSpan(0, count), out command)) return AssemblyStatus.Invalid;
            count = 0;
            if (command.HasDataSet) return AssemblyStatus.NeedMore;
        }

        message = new DimseMessage(contextId, command!, isTooLarge || count == 0 ? default : gathered.AsMemory(0, count), isTooLarge);
        // The message keeps its data set, so the buffer that holds it is given away.
        if (message.DataSet.Length > 0) gathered = [];
        (command, count, isTooLarge, isMidway) = (null, 0, false, false);
        return AssemblyStatus.Message;
    }

    private void Gather(ReadOnlySpan<byte> fragment, bool isLast)
    {
        var needed = count + fragment.Length;
        // Exact when this is all; doubling when more will come. A data set may outlive us, so its buffer is not pooled.
        if (needed > gathered.Length) Array.Resize(ref gathered, isLast ? needed : Math.Max(needed, 2 * gathered.Length));
        fragment.CopyTo(gathered.AsSpan(count));
        count = needed;
    }
}
