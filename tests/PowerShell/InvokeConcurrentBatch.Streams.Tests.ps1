using namespace System.Management.Automation

BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'

    function Get-LineOf([string] $Mark) { (Select-String -Path $PSCommandPath -Pattern "# $Mark`$").LineNumber }
}

AfterAll { Assert-NoWorker }

Describe 'Streams' {
    It 'all come out, each record once, tagged with its item' {
        $all = 1..3 | Invoke-ConcurrentBatch {
            "out $_"
            Write-Error "error $_"
            Write-Warning "warning $_"
            Write-Verbose "verbose $_" -Verbose
            Write-Debug "debug $_" -Debug
            Write-Information "information $_"
            Write-Host "host $_"
        } *>&1
        $all | Should -HaveCount 21
        foreach ($i in 0..2) {
            $n = $i + 1
            $all.Where{ $_ -is [string] -and $_ -eq "out $n" } | Should -HaveCount 1
            $records = $all.Where{ $_ -isnot [string] -and $_.BatchItemIndex -eq $i }
            $records.ForEach{ "$($_.GetType().Name) $_" } | Should -Be @(
                "ErrorRecord error $n", "WarningRecord warning $n", "VerboseRecord verbose $n", "DebugRecord debug $n"
                "InformationRecord information $n", "InformationRecord host $n")
        }
    }

    It 'go where the caller sends them' {
        $work = { "o"; Write-Error 'e'; Write-Warning 'w'; Write-Verbose 'v'; Write-Debug 'd'; Write-Information 'i' }
        1 | Invoke-ConcurrentBatch $work 2>&1 3>$null 4>$null 5>$null 6>$null | ForEach-Object { "$_" } | Should -Be 'e', 'o'
        1 | Invoke-ConcurrentBatch $work 2>$null 3>&1 | ForEach-Object { "$_" } | Should -Be 'w', 'o'
        1 | Invoke-ConcurrentBatch $work -Verbose 2>$null 3>$null 4>&1 | ForEach-Object { "$_" } | Should -Be 'v', 'o'
        1 | Invoke-ConcurrentBatch $work -Debug 2>$null 3>$null 5>&1 | ForEach-Object { "$_" } | Should -Be 'd', 'o'
        1 | Invoke-ConcurrentBatch $work 2>$null 3>$null 6>&1 | ForEach-Object { "$_" } | Should -Be 'i', 'o'
    }

    It 'fill the common variables' {
        1 | Invoke-ConcurrentBatch { Write-Error 'e'; Write-Warning 'w'; Write-Information 'i' } -ErrorVariable e -WarningVariable w -InformationVariable i -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $e | Should -HaveCount 1
        $e[0].Exception.Message | Should -Be 'e'
        $w.Message | Should -Be 'w'
        $i.MessageData | Should -Be 'i'
    }

    It 'obey the caller''s preferences' {
        $work = { Write-Error 'e'; Write-Warning 'w'; Write-Verbose 'v'; Write-Debug 'd'; Write-Information 'i' }
        & {
            $ErrorActionPreference = $WarningPreference = 'SilentlyContinue'
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            1 | Invoke-ConcurrentBatch $work *>&1 | ForEach-Object { "$_" } | Should -Be 'v', 'd', 'i'
        }
    }

    It 'keep their order within an item, before its output' {
        $all = 1 | Invoke-ConcurrentBatch { 'first'; Write-Warning 'a'; Write-Error 'b'; Write-Host 'c'; Write-Warning 'd'; 'last' } *>&1
        $all.ForEach{ "$_" } | Should -Be 'a', 'b', 'c', 'd', 'first', 'last'
    }

    It 'of an attempt that failed and was retried are dropped' {
        $all = 1 | Invoke-ConcurrentBatch -RetryCount 1 -RetryDelaySeconds 0.01 {
            "out $($BatchItem.Attempt)"
            Write-Warning "warning $($BatchItem.Attempt)"
            Write-Error "error $($BatchItem.Attempt)"
            Write-Host "host $($BatchItem.Attempt)"
            if ($BatchItem.Attempt -eq 1) { throw [System.TimeoutException]::new() }
        } *>&1
        $all.ForEach{ "$_" } | Should -Be 'warning 2', 'error 2', 'host 2', 'out 2'
    }

    It 'but output come out of the last attempt even when it failed' {
        $all = 1 | Invoke-ConcurrentBatch { 'out'; Write-Warning 'w'; throw 'x' } *>&1
        $all.ForEach{ "$($_.GetType().Name) $_" } | Should -Be 'WarningRecord w', "ErrorRecord $($all[1])"
        $all[1].FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
    }

    It 'carry no record over to the worker''s next item' {
        $all = 1..50 | Invoke-ConcurrentBatch { if ($_ -eq 1) { Write-Warning 'once' } } -ThrottleLimit 1 *>&1
        $all | Should -HaveCount 1
        $all[0].BatchItemIndex | Should -Be 0
    }

    It 'of the error stream of a native command come out' {
        $all = 1 | Invoke-ConcurrentBatch { & ([Environment]::ProcessPath) -NoProfile -NonInteractive -c '[Console]::Error.WriteLine("on stderr"); "on stdout"' } 2>&1
        $all.ForEach{ "$_" } | Should -Be 'on stderr', 'on stdout'
    }
}

Describe 'Trap: WriteError replaces the record''s position by the cmdlet''s own line: here positions stay' {
    It 'of Write-Error' {
        $record = 1 | Invoke-ConcurrentBatch {
            Write-Error 'e' # line of the error
        } 2>&1
        # As everywhere, its own position is its caller's; the line stands in the trace.
        $record.InvocationInfo.MyCommand.Name | Should -Not -Be 'Invoke-ConcurrentBatch'
        ($record.ScriptStackTrace -split '\n')[0] | Should -Be "at <ScriptBlock>, ${PSCommandPath}: line $(Get-LineOf 'line of the error')"
    }

    It 'of an error that a command wrote' {
        $record = 1 | Invoke-ConcurrentBatch {
            Get-Item /no/such/item # line of the missing item
        } 2>&1
        $record.InvocationInfo.ScriptLineNumber | Should -Be (Get-LineOf 'line of the missing item')
        $record.InvocationInfo.MyCommand.Name | Should -Be 'Get-Item'
        $record.FullyQualifiedErrorId | Should -Be 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'
    }

    It 'of a failed item, and its message ends with it' {
        $record = 1 | Invoke-ConcurrentBatch {
            throw 'x' # line of the throw
        } 2>&1
        $line = Get-LineOf 'line of the throw'
        $record.InvocationInfo.ScriptLineNumber | Should -Be $line
        $record.InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $record.Exception.Message | Should -BeLike "* (InvokeConcurrentBatch.Streams.Tests.ps1:$line)"
        $record.Exception.ItemError.InvocationInfo.ScriptLineNumber | Should -Be $line
    }

    It 'of warnings, verbose and debug records' {
        function Write-All { [CmdletBinding()] param() Write-Warning 'w'; Write-Verbose 'v' -Verbose; Write-Debug 'd' -Debug }
        $records = 1 | Invoke-ConcurrentBatch -Function Write-All {
            Write-All # line of the warning
        } *>&1
        $records.InvocationInfo.MyCommand.Name | Should -Be 'Write-All', 'Write-All', 'Write-All'
        $records.InvocationInfo.ScriptLineNumber | Select-Object -Unique | Should -Be (Get-LineOf 'line of the warning')
        $records.InvocationInfo.ScriptName | Select-Object -Unique | Should -Be $PSCommandPath
    }

    It 'and source of information records' {
        $record = 1 | Invoke-ConcurrentBatch { Write-Information 'i' -Tags a, b } 6>&1
        $record.Source | Should -Be $PSCommandPath
        $record.Tags | Should -Be 'a', 'b'
    }
}

Describe 'Trap: in a runspace without a host Out-Host, $Host.UI output and the like vanish' {
    It '<Name> comes out as one Information record' -ForEach @(
        @{ Name = 'Write-Host'; Block = { Write-Host 'text' } }
        @{ Name = 'Write-Host with colors'; Block = { Write-Host 'text' -ForegroundColor Red } }
        @{ Name = 'Out-Host'; Block = { 'text' | Out-Host } }
        @{ Name = 'Out-Default'; Block = { 'text' | Out-Default } }
        @{ Name = '$Host.UI.WriteLine'; Block = { $Host.UI.WriteLine('text') } }
        @{ Name = '$Host.UI.Write'; Block = { $Host.UI.Write('te'); $Host.UI.Write('Red', 'Black', 'xt') } }
        @{ Name = '$Host.UI.WriteErrorLine'; Block = { $Host.UI.WriteErrorLine('text') } }
    ) {
        $records = 1 | Invoke-ConcurrentBatch $Block *>&1
        $records | Should -HaveCount 1
        $records[0] | Should -BeOfType ([InformationRecord])
        "$($records[0].MessageData)".TrimEnd() | Should -Be 'text'
        $records[0].Tags | Should -Contain 'PSHOST'
        $records[0].BatchItemIndex | Should -Be 0
    }

    It 'what is written to the host shows on the console' {
        $lines = Invoke-Fresh { 1 | Invoke-ConcurrentBatch { Write-Host 'by Write-Host'; 'by Out-Host' | Out-Host; $Host.UI.WriteLine('by UI'); Write-Information 'silent'; 'by output' } }
        $lines | Should -Be 'by Write-Host', 'by Out-Host', 'by UI', 'by output'
    }

    It 'a table that an item formats comes out whole' {
        $records = 1 | Invoke-ConcurrentBatch { [pscustomobject]@{ Name = 'n'; Value = 5 } | Format-Table | Out-Host } 6>&1
        ($records.ForEach{ "$_" } -join "`n") -replace '\e\[[\d;]*m' | Should -Match 'Name\s+Value[\s\S]+n\s+5'
    }

    It 'what the console would wrap has the width of a line' {
        $long = 'x' * 70
        $records = 1 | Invoke-ConcurrentBatch { [pscustomobject]@{ Long = $using:long } | Out-Host } 6>&1
        ($records.ForEach{ "$_" } -join "`n") | Should -BeLike "*$long*"
    }

    It 'Write-Host comes out as it was: message, color, no new line' {
        $records = 1 | Invoke-ConcurrentBatch { Write-Host 'a' -NoNewline -ForegroundColor Green; Write-Host 'b' } 6>&1
        $records.MessageData.Message | Should -Be 'a', 'b'
        $records[0].MessageData.NoNewLine | Should -BeTrue
        $records[0].MessageData.ForegroundColor | Should -Be 'Green'
    }
}

Describe 'Trap: sharing the caller''s host with workers' {
    It 'there is none: an item''s host is not the caller''s' {
        $seen = 1 | Invoke-ConcurrentBatch { [pscustomobject]@{ Id = $Host.InstanceId; Name = $Host.Name } }
        $seen.Id | Should -Not -Be $Host.InstanceId
        $seen.Name | Should -Be 'BatchOps'
    }

    It 'a transcript of the caller''s has what the items wrote' {
        $lines = Invoke-Fresh -Argument "$TestDrive/transcript.txt" {
            $null = Start-Transcript $args[0]
            1..2 | Invoke-ConcurrentBatch { Write-Host "host $_"; Write-Warning "warning $_"; "output $_" }
            $null = Stop-Transcript
        }
        $text = Get-Content "$TestDrive/transcript.txt" -Raw
        foreach ($n in 1, 2) { 'host', 'warning', 'output' | ForEach-Object { $text | Should -BeLike "*$_ $n*" } }
        $lines | Should -Contain 'host 1'
    }

    It '$Host.SetShouldExit and $Host.EnterNestedPrompt of an item don''t touch the session' {
        $all = 1 | Invoke-ConcurrentBatch { $Host.SetShouldExit(3); $Host.EnterNestedPrompt() } 2>&1
        $all.FullyQualifiedErrorId | Should -BeLike 'BatchItemNeedsInput*'
    }
}

Describe 'Trap: worker Write-Progress ids clash' {
    It 'an item that writes progress disturbs neither itself nor the run' {
        1..20 | Invoke-ConcurrentBatch { foreach ($p in 1..100) { Write-Progress -Activity 'same' -Id 1 -PercentComplete $p }; $_ } -ThrottleLimit 4 *>&1 |
            Sort-Object | Should -Be (1..20)
    }

    It 'here each item''s progress shows in the item''s own bar, and only while it is at work' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $caller = Start-Caller -ArgumentList $gate {
            param($gate)
            1..3 | Invoke-ConcurrentBatch -ThrottleLimit 2 {
                if ($_ -eq 3) { if (-not ($using:gate).Wait(30000)) { throw 'hang' }; return }
                # The same ids in all of them, and far more records than anybody can see.
                foreach ($step in 1..5000) { Write-Progress -Id 1 -Activity 'copying' -Status "step $step of $_" -PercentComplete 40 }
                if (-not ($using:gate).Wait(30000)) { throw 'hang' }
            }
        }
        try {
            $records = $caller.Shell.Streams.Progress
            $shown = { @($records) | Where-Object StatusDescription -Like $args[0] }
            Wait-Condition { (& $shown '*, copying: step 5000 of 1') -and (& $shown '*, copying: step 5000 of 2') } -What 'the progress of both items'
            $gate.Set()
            $null = Receive-Caller $caller
            foreach ($n in 1, 2) {
                $own = & $shown "*copying: step * of $n"
                $own.Activity | Select-Object -Unique | Should -Be "#$($n - 1) $n"
                $own.PercentComplete | Select-Object -Unique | Should -Be 40
            }
            @(& $shown '*copying*').ActivityId | Select-Object -Unique | Should -HaveCount 2
            @($records).Where{ $_.Activity -eq '#2 3' }.StatusDescription | Where-Object { $_ -like '*copying*' } | Should -BeNullOrEmpty
            # Drawn at the run's own pace.
            $records.Count | Should -BeLessThan 2000
        }
        finally { $gate.Set(); Remove-Caller $caller }
    }

    It 'records that nobody draws are not kept' {
        $kept = [System.Collections.Generic.List[WeakReference]]::new()
        1..200 | Invoke-ConcurrentBatch -ThrottleLimit 1 {
            $record = [System.Management.Automation.ProgressRecord]::new(1, 'a', 's')
            ($using:kept).Add([WeakReference]::new($record))
            & { [CmdletBinding()] param($record) $PSCmdlet.WriteProgress($record) } $record
            if ($_ -eq 200) {
                [GC]::Collect()
                ($using:kept).ToArray().Where{ $_.IsAlive }.Count
            }
        } | Should -BeLessThan 20
    }
}

Describe 'Questions' {
    It '<Name> fails the item instead of hanging' -ForEach @(
        @{ Name = 'Read-Host'; Block = { Read-Host 'name?' } }
        @{ Name = 'Read-Host -AsSecureString'; Block = { Read-Host -AsSecureString } }
        @{ Name = 'Get-Credential'; Block = { Get-Credential } }
        @{ Name = '-Confirm'; Block = { Remove-Item $using:TestDrive -Recurse -Confirm } }
        @{ Name = 'a choice'; Block = { $Host.UI.PromptForChoice('c', 'm', @('&Yes', '&No'), 0) } }
        @{ Name = '$Host.UI.ReadLine'; Block = { $Host.UI.ReadLine() } }
        @{ Name = '$WarningPreference = Inquire'; Block = { Write-Warning 'w' -WarningAction Inquire } }
    ) {
        $failed = 1 | Invoke-ConcurrentBatch $Block 2>&1 3>$null
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemNeedsInput*'
        $failed.Exception.Message | Should -BeLike '*unattended*'
        $TestDrive | Should -Exist
    }

    It 'a missing mandatory parameter fails the item' {
        $failed = 1 | Invoke-ConcurrentBatch { Rename-Item } 2>&1
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItem*'
    }
}
