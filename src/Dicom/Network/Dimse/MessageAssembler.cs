using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.Dimse;

internal enum AssemblyStatus : byte
{
    NeedMore,
    Message,
    Invalid,
}

/// <summary>Puts whole messages together from presentation data values. Holds no more than the limits, whatever comes.</summary>
internal sealed class MessageAssembler(int maxDataSetBytes)
{
    private readonly FragmentSequence _fragments = new();
    private readonly FragmentBuffer _dataSet = new(maxDataSetBytes);

    public AssemblyStatus Add(in Pdv pdv, out DimseMessage? message)
    {
        message = null;
        switch (_fragments.Add(pdv, out var command))
        {
            case FragmentKind.Invalid:
                return AssemblyStatus.Invalid;
            case FragmentKind.Command when !command!.HasDataSet:
                message = new DimseMessage(pdv.ContextId, command, default, IsTooLarge: false);
                return AssemblyStatus.Message;
            case FragmentKind.DataSet:
                _dataSet.Add(pdv.Fragment, pdv.IsLast);
                if (!pdv.IsLast) return AssemblyStatus.NeedMore;
                var isTooLarge = _dataSet.IsTooLong;
                message = new DimseMessage(pdv.ContextId, command!, _dataSet.Take(), isTooLarge);
                return AssemblyStatus.Message;
            default:
                return AssemblyStatus.NeedMore;
        }
    }
}

/// <summary>A whole DIMSE message as received (PS3.7 6.3).</summary>
/// <param name="ContextId">The presentation context it came on.</param>
/// <param name="Command">Its command set.</param>
/// <param name="DataSet">Its encoded data set, owned by the message; empty when there is none.</param>
/// <param name="IsTooLarge">The data set was longer than allowed and has been dropped.</param>
internal sealed record DimseMessage(byte ContextId, CommandSet Command, ReadOnlyMemory<byte> DataSet, bool IsTooLarge);
