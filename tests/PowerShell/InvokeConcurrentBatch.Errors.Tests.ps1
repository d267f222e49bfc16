BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'
    $file = Split-Path -Leaf $PSCommandPath
    $pwsh = [Environment]::ProcessPath

    function Get-LineOf([string] $Mark) { (Select-String -Path $PSCommandPath -Pattern "# $Mark`$").LineNumber }
}

AfterAll { Assert-NoWorker }

Describe 'What fails an item' {
    It '<Name>' -ForEach @(
        @{ Name = 'throw'; Block = { throw 'it' }; Message = 'it'; Type = 'RuntimeException' }
        @{ Name = 'throw of an exception'; Block = { throw [System.IO.InvalidDataException]::new('it') }; Message = 'it'; Type = 'InvalidDataException' }
        @{ Name = 'a .NET exception'; Block = { [int]::Parse('it') }; Message = "*'it'*"; Type = 'MethodInvocationException' }
        @{ Name = 'a property that throws under strict mode'; Block = { Set-StrictMode -Version Latest; (1).NoSuch }; Message = '*NoSuch*'; Type = 'PropertyNotFoundException' }
        @{ Name = 'a command that is not there'; Block = { No-SuchCommand }; Message = '*No-SuchCommand*'; Type = 'CommandNotFoundException' }
        @{ Name = 'a parameter that is not there'; Block = { Get-Item -NoSuch 1 }; Message = '*NoSuch*'; Type = 'ParameterBindingException' }
        @{ Name = 'a failed cast'; Block = { [int] 'it' }; Message = '*"it"*'; Type = 'RuntimeException' }
        @{ Name = 'a division by zero'; Block = { 1 / 0 }; Message = '*zero*'; Type = 'RuntimeException' }
        @{ Name = 'a statement-terminating error of a cmdlet'; Block = { Invoke-RestMethod 'http://127.0.0.1:1/' }; Message = '*refused*'; Type = 'HttpRequestException' }
        @{ Name = '-ErrorAction Stop in the item'; Block = { Get-Item /no/such -ErrorAction Stop }; Message = '*such*'; Type = 'ItemNotFoundException' }
        @{ Name = '$ErrorActionPreference = Stop in the item'; Block = { $ErrorActionPreference = 'Stop'; Write-Error 'it' }; Message = 'it'; Type = 'WriteErrorException' }
        @{ Name = '$PSCmdlet.ThrowTerminatingError'; Block = { & { [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new([InvalidOperationException]::new('it'), 'MyId', 'InvalidData', 'target')) } }; Message = 'it'; Type = 'InvalidOperationException' }
        @{ Name = 'an error deep inside calls'; Block = { & { 1 | ForEach-Object { & { throw 'it' } } } }; Message = 'it'; Type = 'RuntimeException' }
    ) {
        $all = 1..2 | Invoke-ConcurrentBatch ([scriptblock]::Create("if (`$_ -eq 2) { 'fine' } else { 'lost'; $Block; 'never' }")) 2>&1
        $all | Should -HaveCount 2
        $all | Should -Contain 'fine'
        $failed = $all.Where{ $_ -is [System.Management.Automation.ErrorRecord] }[0]
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $failed.Exception.ItemError.Exception.Message | Should -BeLike $Message
        $failed.Exception.ItemError.Exception.GetType().Name | Should -Be $Type
        $failed.Exception.Message | Should -BeLike 'Item 0 failed: *(<session>:1)'
    }

    It 'exit with a code that is not 0' {
        $failed = 1 | Invoke-ConcurrentBatch { 'lost'; exit 3 } 2>&1
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $failed.Exception.Message | Should -BeLike '*exit code 3*'
    }

    It 'not: a non-terminating error' {
        $all = 1 | Invoke-ConcurrentBatch { Write-Error 'e'; 'out' } -SummaryVariable summary 2>&1
        $all.ForEach{ "$_" } | Should -Be 'e', 'out'
        $summary.Succeeded | Should -Be 1
    }

    It 'not: an error that the item caught' {
        $all = 1 | Invoke-ConcurrentBatch { try { throw 'x' } catch { "caught $_" } } 2>&1
        $all | Should -Be 'caught x'
    }

    It 'not: a native command''s exit code' {
        $all = 1 | Invoke-ConcurrentBatch { & $using:pwsh -NoProfile -c 'exit 4'; "code $LASTEXITCODE" } 2>&1
        $all | Should -Be 'code 4'
    }

    It 'not: the exit code of a script that the item called' {
        Set-Content "$TestDrive/called.ps1" 'exit 5'
        1 | Invoke-ConcurrentBatch { & "$using:TestDrive/called.ps1"; "code $LASTEXITCODE" } | Should -Be 'code 5'
    }
}

Describe '-FailOnError' {
    It 'makes non-terminating errors failures' {
        $all = 1..2 | Invoke-ConcurrentBatch { if ($_ -eq 1) { Write-Error 'e' }; "out $_" } -FailOnError -SummaryVariable summary 2>&1
        $all | Should -HaveCount 2
        $all | Should -Contain 'out 2'
        $failed = $all.Where{ $_ -isnot [string] }[0]
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $failed.Exception.ItemError.Exception.Message | Should -Be 'e'
        $summary.Failed | Should -Be 1
    }

    It 'reports the first of several, and forwards the others' {
        $all = 1 | Invoke-ConcurrentBatch { Write-Error 'a'; Write-Error 'b' } -FailOnError 2>&1
        $all | Should -HaveCount 2
        $all[0].Exception.Message | Should -Be 'b'
        $all[1].Exception.ItemError.Exception.Message | Should -Be 'a'
    }

    It 'makes a native command''s exit code a failure' {
        $all = 1 | Invoke-ConcurrentBatch { & $using:pwsh -NoProfile -c 'exit 4'; 'goes on' } -FailOnError 2>&1
        $all | Should -HaveCount 1
        $all.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $all.Exception.Message | Should -BeLike '*code: 4*'
    }

    It 'leaves an exit code of 0, and caught errors, alone' {
        1 | Invoke-ConcurrentBatch { & $using:pwsh -NoProfile -c 'exit 0'; try { throw 'x' } catch { }; 'fine' } -FailOnError 2>&1 | Should -Be 'fine'
    }

    It 'makes such failures ones that are retried when -RetryWhen says so' {
        1 | Invoke-ConcurrentBatch { if ($BatchItem.Attempt -eq 1) { Write-Error 'busy' } else { 'done' } } -FailOnError -RetryCount 2 -RetryDelaySeconds 0.01 -RetryWhen { "$_" -eq 'busy' ? 'Retry' : 'Fail' } 2>&1 |
            Should -Be 'done'
    }
}

Describe 'The error record of an item' {
    It 'names item, attempts and place, and holds the untouched original' {
        $failed = 'a', 'b' | Invoke-ConcurrentBatch -RetryCount 1 -RetryDelaySeconds 0.01 {
            if ($_ -eq 'b') { throw [System.TimeoutException]::new('slow') } # the line that throws
        } 2>&1
        $failed | Should -HaveCount 1
        $failed | Should -BeOfType ([System.Management.Automation.ErrorRecord])
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $failed.TargetObject | Should -Be 'b'
        $failed.BatchItemIndex | Should -Be 1
        $failed.Exception.GetType().Name | Should -Be 'BatchItemException'
        $failed.Exception.Index | Should -Be 1
        $failed.Exception.Attempts | Should -Be 2
        $failed.Exception.Message | Should -Be "Item 1 failed: slow [2 attempts] (${file}:$(Get-LineOf 'the line that throws'))"
        $failed.Exception.InnerException | Should -BeOfType ([System.TimeoutException])
        $failed.Exception.ItemError.Exception | Should -BeOfType ([System.TimeoutException])
        $failed.Exception.ItemError.ScriptStackTrace | Should -BeLike "*${PSCommandPath}: line $(Get-LineOf 'the line that throws')*"
    }

    It 'keeps category, target and id of the original in the original' {
        $failed = 1 | Invoke-ConcurrentBatch { Get-Item /no/such -ErrorAction Stop } 2>&1
        $failed.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failed.TargetObject | Should -Be 1
        $failed.Exception.ItemError.FullyQualifiedErrorId | Should -Be 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'
        $failed.Exception.ItemError.TargetObject | Should -Be '/no/such'
    }

    It 'gives the place inside a file that the item ran' {
        Set-Content "$TestDrive/inner.ps1" "`n`nthrow 'inside'"
        $failed = 1 | Invoke-ConcurrentBatch { & "$using:TestDrive/inner.ps1" } 2>&1
        $failed.Exception.Message | Should -Be 'Item 0 failed: inside (inner.ps1:3)'
    }

    It 'of a null item has no target' {
        $failed = $null | Invoke-ConcurrentBatch { throw 'x' } 2>&1
        $failed.TargetObject | Should -BeNullOrEmpty
        $failed.Exception.Index | Should -Be 0
    }

    It 'lands in $Error of the caller once' {
        $Error.Clear()
        1 | Invoke-ConcurrentBatch { throw 'x' } 2>$null
        $Error.Count | Should -Be 1
        $Error[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
    }

    It 'of a timeout has an id of its own, and says which' {
        $failed = 1 | Invoke-ConcurrentBatch { Start-Sleep 60 } -AttemptTimeoutSeconds 0.2 2>&1
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemTimedOut*'
        $failed.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failed.Exception.Message | Should -BeLike 'Item 0 timed out: *-AttemptTimeoutSeconds*'
    }

    It 'of a question has an id of its own' {
        $failed = 1 | Invoke-ConcurrentBatch { Read-Host } 2>&1
        $failed.FullyQualifiedErrorId | Should -BeLike 'BatchItemNeedsInput*'
    }
}

Describe 'Trap: break, continue, exit and return in an item are confined to it' {
    It '<_> ends the item, with its output' -ForEach 'break', 'continue', 'exit', 'exit 0', 'return' {
        $passed = 0
        foreach ($round in 1, 2) {
            $output = 1..4 | Invoke-ConcurrentBatch ([scriptblock]::Create("""out `$_""; $_; 'never'")) -Ordered
            $output | Should -Be 'out 1', 'out 2', 'out 3', 'out 4'
            $passed++
        }
        $passed | Should -Be 2
    }

    It '<_> inside a function that the item calls does, too' -ForEach 'break', 'continue', 'exit' {
        ${function:Stop-Here} = [scriptblock]::Create("'stopping'; $_; 'never'")
        1..2 | Invoke-ConcurrentBatch { "out $_"; Stop-Here; 'never' } -Function Stop-Here -Ordered | Should -Be 'out 1', 'stopping', 'out 2', 'stopping'
    }

    It 'return hands its value on, and a loop''s own break and continue stay the loop''s' {
        1 | Invoke-ConcurrentBatch { return 'value' } | Should -Be 'value'
        1 | Invoke-ConcurrentBatch { foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }; 'after' } | Should -Be 1, 3, 'after'
    }

    It 'streams of an item that left early come out' {
        1 | Invoke-ConcurrentBatch { Write-Warning 'w'; 'o'; break } 3>&1 | ForEach-Object { "$_" } | Should -Be 'w', 'o'
    }

    It 'exit with a code fails that item alone' {
        $all = 1..3 | Invoke-ConcurrentBatch { "out $_"; if ($_ -eq 2) { exit 7 } } 2>&1 -Ordered
        $all.ForEach{ "$_" } | Should -Be 'out 1', "$($all[1])", 'out 3'
        $all[1].Exception.Index | Should -Be 1
    }
}

Describe '-ErrorAction Stop' {
    It 'given to the cmdlet ends the run at the first failed item; the rest is Canceled' {
        $seen = [System.Collections.Generic.List[int]]::new()
        $others = [System.Threading.ManualResetEventSlim]::new()
        $failure = {
            1..500 | ForEach-Object { if ($_ -eq 50) { $others.Set() }; $_ } | Invoke-ConcurrentBatch -Sequential -ErrorAction Stop -SummaryVariable script:summary {
                if ($_ -eq 3) { $null = ($using:others).Wait(30000); throw 'three' }
                $_
            } | ForEach-Object { $seen.Add($_) }
        } | Should -Throw -PassThru -ErrorId 'BatchItemFailed*'
        $failure.TargetObject | Should -Be 3
        $failure.Exception.Message | Should -BeLike 'Item 2 failed: three*'
        $seen | Should -Be 1, 2
        $script:summary.Ended | Should -BeTrue
        $script:summary.Failed | Should -BeGreaterOrEqual 1
        $script:summary.Canceled | Should -BeGreaterThan 40
        $script:summary.Succeeded + $script:summary.Failed + $script:summary.Canceled | Should -Be $script:summary.Total
        $script:summary.Total | Should -BeLessThan 500
        "$($script:summary.Reason)" | Should -Be 'Canceled'
    }

    It 'stops what is at work' {
        $started = [System.Threading.ManualResetEventSlim]::new()
        $left = [System.Collections.Concurrent.ConcurrentBag[int]]::new()
        {
            1..2 | Invoke-ConcurrentBatch -ErrorAction Stop {
                if ($_ -eq 1) { $null = ($using:started).Wait(30000); throw 'x' }
                ($using:started).Set()
                try { Start-Sleep 60 } finally { ($using:left).Add($_) }
            }
        } | Should -Throw
        $left | Should -Be 2
    }
}

Describe 'Trap: a caller''s $ErrorActionPreference = Stop would end the whole batch at the first failed item' {
    It 'here the run finishes, and then ends with one terminating error that carries the counts' {
        $seen = [System.Collections.Generic.List[string]]::new()
        $failure = {
            & {
                $ErrorActionPreference = 'Stop'
                1..10 | Invoke-ConcurrentBatch { if ($_ % 5 -eq 0) { throw "bad $_" }; "ok $_" } -SummaryVariable script:summary | ForEach-Object { $seen.Add($_) }
                'never'
            }
        } | Should -Throw -PassThru -ErrorId 'BatchRunFailed,*'
        $seen | Should -HaveCount 8
        $failure.Exception.GetType().Name | Should -Be 'BatchRunException'
        $failure.Exception.Message | Should -BeLike '*10 read, 8 succeeded, 2 failed*bad *'
        $failure.Exception.Failures | Should -HaveCount 2
        $failure.Exception.Failures.TargetObject | Sort-Object | Should -Be 5, 10
        $failure.Exception.Summary.RunId | Should -Be $script:summary.RunId
        $failure.TargetObject.Failed | Should -Be 2
    }

    It 'a run without failures ends like any other' {
        & { $ErrorActionPreference = 'Stop'; 1..3 | Invoke-ConcurrentBatch { $_ } -Ordered; 'after' } | Should -Be 1, 2, 3, 'after'
    }

    It 'an error that an item lets pass ends nothing' {
        $all = & { $ErrorActionPreference = 'Stop'; 1..3 | Invoke-ConcurrentBatch { Write-Error "e $_" -ErrorAction Continue; "out $_" } -Ordered; 'after' } 2>&1
        $all.ForEach{ "$_" } | Should -Be 'e 1', 'out 1', 'e 2', 'out 2', 'e 3', 'out 3', 'after'
    }

    It 'makes an item''s own non-terminating errors failures, as in the caller' {
        { & { $ErrorActionPreference = 'Stop'; 1..3 | Invoke-ConcurrentBatch { Write-Error 'e'; $_ } } } | Should -Throw -ErrorId 'BatchRunFailed,*' -ExpectedMessage '*3 read, 0 succeeded, 3 failed*'
    }

    It '-ErrorAction Continue of the cmdlet wins' {
        $all = & { $ErrorActionPreference = 'Stop'; 1..2 | Invoke-ConcurrentBatch { throw 'x' } -ErrorAction Continue 2>&1; 'after' }
        $all | Should -HaveCount 3
        $all[0].FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
    }

    It 'with -AsResult there is no error' {
        $all = & { $ErrorActionPreference = 'Stop'; 1..2 | Invoke-ConcurrentBatch { throw 'x' } -AsResult; 'after' }
        $all | Should -HaveCount 3
    }

    It 'SilentlyContinue is quiet, and the failures are in the summary' {
        $Error.Clear()
        & { $ErrorActionPreference = 'SilentlyContinue'; 1..4 | Invoke-ConcurrentBatch { throw 'x' } -SummaryVariable script:summary } *>&1 | Should -BeNullOrEmpty
        $script:summary.Failed | Should -Be 4
        1..4 | Invoke-ConcurrentBatch { throw 'x' } -ErrorAction Ignore *>&1 | Should -BeNullOrEmpty
    }
}

Describe '-AsResult' {
    It 'gives one object for each item, and no error records' {
        $all = 1..3 | Invoke-ConcurrentBatch -AsResult -Ordered -SummaryVariable summary {
            switch ($_) { 1 { 'one' } 2 { 'a', 'b' } 3 { throw 'three' } }
        } 2>&1
        $all | Should -HaveCount 3
        $all.GetType().Name | Should -Be 'Object[]'
        $all.Index | Should -Be 0, 1, 2
        $all.InputObject | Should -Be 1, 2, 3
        $all.Status | Should -Be 'Succeeded', 'Succeeded', 'Failed'
        $all.Reason | Should -Be 'None', 'None', 'None'
        $all.RunId | Select-Object -Unique | Should -Be $summary.RunId
        $all[0].Output | Should -Be 'one'
        $all[1].Output | Should -Be 'a', 'b'
        $all[2].Output | Should -BeNullOrEmpty
        $all[0].Error | Should -BeNullOrEmpty
        $all[2].Error.FullyQualifiedErrorId | Should -BeLike 'BatchItemFailed*'
        $all[2].Errors | Should -HaveCount 1
        $all[2].Errors[0].Exception.Message | Should -Be 'three'
    }

    It 'has times, attempts and the errors of all of them' {
        $before = Get-Date
        $result = 1 | Invoke-ConcurrentBatch -AsResult -RetryCount 2 -RetryDelaySeconds 0.01 { Write-Error "passed $($BatchItem.Attempt)"; if ($BatchItem.Attempt -le 2) { throw [System.TimeoutException]::new("slow $($BatchItem.Attempt)") }; 'done' }
        "$($result.Status)" | Should -Be 'Succeeded'
        $result.Output | Should -Be 'done'
        $result.Attempts | Should -Be 3
        $result.Errors.Exception.Message | Should -Be 'slow 1', 'slow 2', 'passed 3'
        $result.FromCache | Should -BeFalse
        $result.QueuedAt | Should -BeGreaterOrEqual $before
        $result.StartedAt | Should -BeGreaterOrEqual $result.QueuedAt
        $result.Duration | Should -BeGreaterThan ([timespan]::Zero)
        $result.Waited | Should -BeGreaterThan ([timespan]::Zero)
    }

    It 'has the status of every item of a run that stopped' {
        $results = 1..300 | Invoke-ConcurrentBatch -AsResult -StopAbove 0.5 -Sequential { throw "x$_" } -ErrorVariable stopped -ErrorAction SilentlyContinue
        $stopped.FullyQualifiedErrorId | Should -BeLike 'BatchRunStopped,*'
        $results | Should -HaveCount 300
        $results.Where{ "$($_.Status)" -eq 'Failed' }.Count | Should -BeGreaterOrEqual 20
        $skipped = $results.Where{ "$($_.Status)" -eq 'Skipped' }
        $skipped.Count | Should -BeGreaterThan 200
        $skipped.Reason | Select-Object -Unique | Should -Be 'StopAbove'
        $skipped[0].StartedAt | Should -BeNullOrEmpty
        $skipped[0].Attempts | Should -Be 0
    }

    It 'lets the other streams out' {
        $all = 1 | Invoke-ConcurrentBatch { Write-Warning 'w'; Write-Error 'e' } -AsResult *>&1
        $all | Should -HaveCount 2
        "$($all[0])" | Should -Be 'w'
        $all[1].Errors[0].Exception.Message | Should -Be 'e'
    }
}
