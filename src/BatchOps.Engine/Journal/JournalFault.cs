namespace BatchOps.Engine;

/// <summary>Why a journal can't be used.</summary>
public enum JournalFault
{
    /// <summary>The file can't be opened or written: a missing folder, no permission, a failing disk.</summary>
    Inaccessible,

    /// <summary>Another process holds a lock on the file for too long.</summary>
    Locked,

    /// <summary>The file is something else.</summary>
    Foreign,

    /// <summary>The file is broken.</summary>
    Damaged,

    /// <summary>The file was written by a later version.</summary>
    Newer,

    /// <summary>The disk is full.</summary>
    Full,

    /// <summary>Another run, here or elsewhere, is at work on the batch.</summary>
    Owned,

    /// <summary>The batch to be resumed did something else.</summary>
    OperationChanged,

    /// <summary>The file holds no such batch or run.</summary>
    NotFound,

    /// <summary>Something is there already that is not to be replaced.</summary>
    Exists,
}
