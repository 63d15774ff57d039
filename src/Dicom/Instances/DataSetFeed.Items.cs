namespace CloudPacs.Dicom;

internal sealed partial class DataSetFeed
{
    private void ReadItem(ReadOnlySpan<byte> head)
    {
        ref var level = ref _levels[_top];
        var tag = ElementHeader.ReadTag(head, _isBigEndian);
        var length = ElementHeader.ReadUInt32(head[4..], _isBigEndian);
        if (tag == Tags.SequenceDelimitationItem)
        {
            _position += 8;
            if (!level.IsDefined) Close();
        }
        else if (tag != Tags.Item) Fail($"{tag} at offset {_position} stands where an item of {level.Tag} is expected");
        else
        {
            _position += 8;
            if (length != UndefinedLength && length > level.End - _position)
            {
                Fail($"An item of {level.Tag} at offset {_position} needs {length} bytes, {level.End - _position} are left");
                return;
            }

            _visitor.StartItem();
            Open(default, length, isSequence: false, level.IsExplicitVr);
        }
    }

    private void ReadFragment(ReadOnlySpan<byte> head)
    {
        var start = _position;
        var tag = ElementHeader.ReadTag(head, _isBigEndian);
        var length = ElementHeader.ReadUInt32(head[4..], _isBigEndian);
        if (tag == Tags.SequenceDelimitationItem)
        {
            _position += 8;
            _isInFragments = false;
            _visitor.EndFragments(_position);
            return;
        }

        if (tag != Tags.Item || length == UndefinedLength)
        {
            Fail($"{tag} at offset {start} stands where a fragment of {_tag} is expected");
            return;
        }

        _position += 8;
        var end = _levels[_top].End;
        if (length > end - _position)
        {
            Fail($"A fragment of {_tag} at offset {_position} needs {length} bytes, {end - _position} are left");
            return;
        }

        _visitor.StartFragment(start, length);
        _remaining = length;
        if (length == 0) _visitor.EndFragment();
    }
}
