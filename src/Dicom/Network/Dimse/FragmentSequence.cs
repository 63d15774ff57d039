using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.Dimse;

internal enum FragmentKind : byte
{
    /// <summary>Out of order, or a command set that cannot be read: the association is to be aborted.</summary>
    Invalid,

    /// <summary>A part of a command set; more is to come.</summary>
    PartOfCommand,

    /// <summary>The end of a command set. Unless it has no data set, the fragments of one follow.</summary>
    Command,

    /// <summary>A part of the data set of the last command.</summary>
    DataSet,
}

/// <summary>
/// Follows the fragments of messages, wherever they were cut (PS3.8 annex E): a command set first, then its data set, never those of two
/// messages mixed. Puts command sets together; data sets are left to the caller.
/// </summary>
internal sealed class FragmentSequence
{
    private const int MaxCommandBytes = 64 * 1024;

    private readonly FragmentBuffer _gathered = new(MaxCommandBytes);
    private CommandSet? _awaitingDataSet;
    private byte _contextId;
    private bool _isMidway;

    /// <param name="pdv">The next fragment.</param>
    /// <param name="command">The command set that ends with it, or whose data set it belongs to.</param>
    public FragmentKind Add(in Pdv pdv, out CommandSet? command)
    {
        command = _awaitingDataSet;
        if (pdv.IsCommand != (_awaitingDataSet is null) || (_isMidway && pdv.ContextId != _contextId)) return FragmentKind.Invalid;
        (_contextId, _isMidway) = (pdv.ContextId, true);
        if (!pdv.IsCommand)
        {
            if (pdv.IsLast) (_awaitingDataSet, _isMidway) = (null, false);
            return FragmentKind.DataSet;
        }

        if (!_gathered.Add(pdv.Fragment, pdv.IsLast)) return FragmentKind.Invalid;
        if (!pdv.IsLast) return FragmentKind.PartOfCommand;
        if (!CommandReader.TryRead(_gathered.Written, out command)) return FragmentKind.Invalid;
        _gathered.Clear();
        _isMidway = command.HasDataSet;
        _awaitingDataSet = command.HasDataSet ? command : null;
        return FragmentKind.Command;
    }
}
