BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force
    $ErrorActionPreference = 'Continue'
    $journal = "$TestDrive/run.db"

    # A run whose process died while its second item was at work.
    function New-KilledRun([string] $Path) {
        Invoke-Fresh {
            $path = $args[0]
            1..3 | Invoke-ConcurrentBatch -Journal $path -Name killed -Sequential {
                if ($_ -eq 2) {
                    # Both rows are on the disk before anybody dies.
                    while ((Get-BatchItem $using:path -Status Succeeded, Running).Count -lt 2) { }
                    [System.Diagnostics.Process]::GetCurrentProcess().Kill()
                }
                $_
            }
        } -Argument "'$Path'"
    }

    function Show-Object([object] $Object) {
        @(($Object | Out-String -Width 80) -replace '\e\[[0-9;]*m' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object Length)
    }

    function Get-Completion([string] $Line) { @((TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches) }
}

Describe 'Get-BatchRun' {
    BeforeAll {
        1..4 | Invoke-ConcurrentBatch { if ($_ -eq 3) { throw 'three' } else { $_ } } -Journal $journal -Name cards -RetryCount 1 -RetryDelaySeconds 0 -SummaryVariable summary -ErrorAction Ignore | Out-Null
        1..2 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name 'other batch' | Out-Null
        1..4 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name cards -Resume -Force -ThrottleLimit 2 | Out-Null
    }

    AfterAll { Remove-Item $journal }

    It 'lists the runs, the oldest first' {
        $runs = @(Get-BatchRun $journal)
        $runs.Name | Should -Be 'cards', 'other batch', 'cards'
        $runs.Status | Should -Be 'Completed', 'Completed', 'Completed'
        $runs.Resumed | Should -Be $false, $false, $true
    }

    It 'says of a run what its summary said' {
        $run = @(Get-BatchRun $journal)[0]
        foreach ($name in 'RunId', 'Total', 'Succeeded', 'Failed', 'TimedOut', 'Canceled', 'Skipped', 'Attempts', 'PeakConcurrency', 'Command') {
            $run.$name | Should -Be $summary.$name -Because $name
        }
        $run.StartTime.Kind | Should -Be 'Local'
        ($run.StartTime - $summary.StartTime).Duration() | Should -BeLessThan ([timespan]::FromSeconds(30))
        $run.ScriptFile | Should -Be $PSCommandPath
        $run.Settings.ThrottleLimit | Should -Be 5
        $run.Settings.RetryCount | Should -Be 1
        $run.Journal | Should -Be $journal
    }

    It 'chooses by batch, by id and by number' {
        @(Get-BatchRun $journal -Name cards) | Should -HaveCount 2
        $last = Get-BatchRun $journal -Name cards -Last 1
        $last.Resumed | Should -BeTrue
        (Get-BatchRun $journal -RunId $last.RunId).RunId | Should -Be $last.RunId
        @(Get-BatchRun $journal -Last 10) | Should -HaveCount 3
    }

    It 'takes journals from Get-ChildItem and by -Path' {
        @(Get-ChildItem $TestDrive -Filter run.db | Get-BatchRun) | Should -HaveCount 3
        @(Get-BatchRun -Path $journal) | Should -HaveCount 3
    }

    It 'can be exported, filtered and sorted' {
        $csv = @(Get-BatchRun $journal | ConvertTo-Csv | ConvertFrom-Csv)
        $csv.Failed | Should -Be 1, 0, 0
        $csv[0].Settings | Should -BeLike '*ThrottleLimit=5*'
        (Get-BatchRun $journal | Where-Object Failed -gt 0).Name | Should -Be 'cards'
        (Get-BatchRun $journal | Sort-Object StartTime -Descending)[0].Resumed | Should -BeTrue
    }

    It 'has a table that fits 80 columns' {
        $lines = Show-Object (Get-BatchRun $journal)
        $lines | Should -HaveCount 5
        $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        $lines[0] | Should -Match '^Started\s+Status\s+Total\s+Failed\s+Other\s+Duration Name$'
        $lines[2] | Should -Match '^\d{4}-\d\d-\d\d \d\d:\d\d Completed\s+4\s+1\s+0\s+\S+ m?s cards$'
    }

    It 'says what is wrong with a file: <Id>' -ForEach @(
        @{ Id = 'JournalNotFound'; File = 'no.db'; Content = $null }
        @{ Id = 'JournalForeign'; File = 'text.db'; Content = 'no journal ' * 100 }
    ) {
        if ($Content) { Set-Content "$TestDrive/$File" $Content }
        Get-BatchRun "$TestDrive/$File" -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$failed" | Should -BeLike "*$File*"
        if ($Content) { Remove-Item "$TestDrive/$File" } else { "$TestDrive/$File" | Should -Not -Exist -Because 'reading makes no file' }
    }

    It 'goes on with the next journal after one that can not be read' {
        @([pscustomobject]@{ Path = "$TestDrive/no.db" }, [pscustomobject]@{ Path = $journal } | Get-BatchRun -ErrorAction SilentlyContinue) | Should -HaveCount 3
    }

    It 'says which batches there are when there is none of the name' {
        Get-BatchRun $journal -Name card -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'JournalNotFound,*'
        "$failed" | Should -BeLike "*'card'*'other batch', 'cards'*"
    }

    It 'offers the names of the batches' {
        (Get-Completion "Get-BatchRun '$journal' -Name ").CompletionText | Should -Be 'cards', "'other batch'"
        (Get-Completion "Invoke-ConcurrentBatch { } -Journal '$journal' -Name oth").CompletionText | Should -Be "'other batch'"
        (Get-Completion "Get-BatchItem '$journal' -Status T").CompletionText | Should -Be 'TimedOut'
    }
}

Describe 'Get-BatchItem' {
    BeforeAll {
        'a', 'b', 'c', 'd' | Invoke-ConcurrentBatch {
            switch ($_) {
                'a' { [pscustomobject]@{ Name = 'first'; Day = [DayOfWeek]::Friday } }
                'b' { 1; 2 }
                'c' { throw 'no c: token=abcdef0123456789' }
            }
        } -Journal $journal -Name letters -JournalContent All -ErrorAction Ignore | Out-Null
        1..3 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name numbers | Out-Null
    }

    AfterAll { Remove-Item $journal }

    It 'lists the items of the last run in input order' {
        (Get-BatchItem $journal).Index | Should -Be 0, 1, 2
        (Get-BatchItem $journal).Output | Should -Be 1, 2, 3
        (Get-BatchItem $journal -Name letters).InputObject | Should -Be 'a', 'b', 'c', 'd'
    }

    It 'has an output as it was: nothing, one object, an array' {
        $items = Get-BatchItem $journal -Name letters
        $items[0].Output.Name | Should -Be 'first'
        $items[0].Output.Day | Should -BeOfType ([DayOfWeek])
        $items[1].Output | Should -Be 1, 2
        $items[3].Output | Should -BeNullOrEmpty
        $items[2].Output | Should -BeNullOrEmpty
    }

    It 'has why an item failed' {
        $item = Get-BatchItem $journal -Name letters -Status Failed
        $item.Index | Should -Be 2
        $item.Error | Should -BeLike 'no c*'
        $item.ErrorType | Should -Be 'System.Management.Automation.RuntimeException'
        $item.Attempts | Should -Be 1
        $item.EndedAt.Kind | Should -Be 'Local'
    }

    It 'takes several statuses' {
        (Get-BatchItem $journal -Name letters -Status failed, Succeeded).Index | Should -Be 0, 1, 2, 3
        Get-BatchItem $journal -Name letters -Status Canceled, Skipped | Should -BeNullOrEmpty
        { Get-BatchItem $journal -Status Lost } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'takes runs from the pipeline' {
        @(Get-BatchRun $journal | Get-BatchItem) | Should -HaveCount 7
        (Get-BatchRun $journal -Name letters | Get-BatchItem -Status Failed).Index | Should -Be 2
    }

    It 'can be grouped, sorted and exported' {
        $groups = Get-BatchItem $journal -Name letters | Group-Object Status -NoElement | Sort-Object Name
        $groups.Name | Should -Be 'Failed', 'Succeeded'
        $groups[0].Count, $groups[1].Count | Should -Be 1, 3
        $sorted = Get-BatchItem $journal | Sort-Object Duration -Descending
        $sorted[0].Duration | Should -BeGreaterOrEqual $sorted[-1].Duration
        $csv = @(Get-BatchItem $journal | ConvertTo-Csv | ConvertFrom-Csv)
        $csv.Output | Should -Be '1', '2', '3'
        (Get-BatchItem $journal).IdempotencyKey | Sort-Object -Unique | Should -HaveCount 3
    }

    It 'has a table that fits 80 columns' {
        $lines = Show-Object (Get-BatchItem $journal -Name letters)
        $lines | Should -HaveCount 6
        $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        $lines[0] | Should -Match '^\s*Index Status\s+Attempts\s+Duration Key\s+Output or error$'
        $lines[3] | Should -Match '^\s+1 Succeeded\s+1\s+\S+ m?s \S*b\s+\{1, 2\}$'
        $lines[4] | Should -Match '^\s+2 Failed\s+1\s+\S+ m?s \S*c\s+no c'
    }

    It 'reads a long run page by page, and stops when nobody wants more' {
        1..1234 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name long | Out-Null
        (Get-BatchItem $journal).Output | Should -Be (1..1234)
        (Get-BatchItem $journal | Select-Object -First 501 | Select-Object -Last 1).Index | Should -Be 500
    }

    It 'shows a run that is at work' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $job = 1..3 | Invoke-ConcurrentBatch { if ($_ -gt 1) { $null = ($using:gate).Wait(20000) } } -Journal $journal -Name live -ThrottleLimit 2 -AsJob
        Wait-Condition { @(Get-BatchItem $journal -Name live -Status Succeeded).Count -eq 1 -and @(Get-BatchItem $journal -Name live -Status Running).Count -eq 2 } -What 'the items at work'
        $run = Get-BatchRun $journal -Name live
        $run.Status | Should -Be 'Running'
        $run.Succeeded | Should -Be 1
        $run.EndTime | Should -BeNullOrEmpty
        $gate.Set()
        $null = Receive-Job $job -Wait -AutoRemoveJob
        (Get-BatchRun $journal -Name live).Status | Should -Be 'Completed'
    }
}

Describe 'Remove-BatchRun' {
    BeforeEach {
        foreach ($name in 'a', 'a', 'b') { 1..3 | Invoke-ConcurrentBatch { "canary of $_" } -Journal $journal -Name $name | Out-Null }
    }

    AfterEach { Remove-Item "$TestDrive/*" -Force }

    It 'removes what comes from the pipeline, and only that' {
        Get-BatchRun $journal -Name a -Last 1 | Remove-BatchRun
        (Get-BatchRun $journal).Name | Should -Be 'a', 'b'
        @(Get-BatchRun $journal | Get-BatchItem) | Should -HaveCount 6
        Get-BatchRun $journal | Remove-BatchRun
        Get-BatchRun $journal | Should -BeNullOrEmpty
    }

    It 'leaves nothing of a run in the file' {
        Get-BatchRun $journal | Remove-BatchRun
        $bytes = [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes($journal))
        $bytes | Should -Not -BeLike '*canary*'
    }

    It 'removes by id' {
        $id = (Get-BatchRun $journal)[1].RunId
        Remove-BatchRun $journal -RunId $id
        (Get-BatchRun $journal).RunId | Should -Not -Contain $id
        @(Get-BatchRun $journal) | Should -HaveCount 2
        Remove-BatchRun $journal -RunId $id -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'JournalNotFound,*'
    }

    It 'removes what is old: <Age>' -ForEach @(
        @{ Age = '1h'; Left = 3 }
        @{ Age = '30d'; Left = 3 }
        @{ Age = [timespan]::FromMinutes(30); Left = 3 }
        @{ Age = '00:30:00'; Left = 3 }
        @{ Age = '2020-01-31'; Left = 3 }
        @{ Age = [datetime]::Now.AddHours(-1); Left = 3 }
        @{ Age = [datetime]::UtcNow.AddHours(-1); Left = 3 }
        @{ Age = [datetime]::UtcNow.AddMinutes(1); Left = 0 }
        @{ Age = [datetimeoffset]::Now.AddMinutes(1); Left = 0 }
        @{ Age = [timespan]::Zero; Left = 0 }
        @{ Age = '0s'; Left = 0 }
        @{ Age = 30d; Left = 3 }
    ) {
        Remove-BatchRun $journal -OlderThan $Age
        @(Get-BatchRun $journal) | Should -HaveCount $Left
    }

    It 'removes what is old of one batch' {
        Remove-BatchRun $journal -OlderThan '0s' -Name a
        (Get-BatchRun $journal).Name | Should -Be 'b'
    }

    It 'refuses what is no time: <_>' -ForEach 30, '30', 'x', '-1d', ([timespan]::FromDays(-1)), '99999999999d' {
        { Remove-BatchRun $journal -OlderThan $_ } | Should -Throw -ErrorId 'OlderThanInvalid*' -ExpectedMessage '*30d*'
        @(Get-BatchRun $journal) | Should -HaveCount 3
    }

    It 'does nothing with -WhatIf' {
        Get-BatchRun $journal | Remove-BatchRun -WhatIf
        Remove-BatchRun $journal -OlderThan '0s' -WhatIf
        @(Get-BatchRun $journal) | Should -HaveCount 3
    }

    It 'leaves a run at work alone, and says so' {
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $job = 1 | Invoke-ConcurrentBatch { $null = ($using:gate).Wait(20000); 'done' } -Journal $journal -Name live -AsJob
        Get-BatchRun $journal | Remove-BatchRun -WarningVariable warned -WarningAction SilentlyContinue
        $gate.Set()
        Receive-Job $job -Wait -AutoRemoveJob | Should -Be 'done'
        "$warned" | Should -BeLike "*'live'*at work in process $PID*"
        $left = Get-BatchRun $journal
        $left.Name, $left.Status | Should -Be 'live', 'Completed'
    }
}

Describe 'A run whose process died' {
    BeforeAll { New-KilledRun $journal }

    AfterAll { Remove-Item "$TestDrive/*" -Force }

    It 'is Interrupted, and has what it had finished' {
        $run = Get-BatchRun $journal
        $run.Status | Should -Be 'Interrupted'
        $run.Succeeded | Should -Be 1
        (Get-BatchItem $journal -Status Succeeded).Output | Should -Be 1
        @(Get-BatchItem $journal -Status Running) | Should -HaveCount 1
    }

    It 'is exported with a warning' {
        Export-BatchResult $journal -Path "$TestDrive/x.csv" -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*Interrupted*-Resume*'
        @(Get-Content "$TestDrive/x.csv") | Should -Be 'value', '1'
    }

    It 'can be removed' {
        Get-BatchRun $journal | Remove-BatchRun -WarningVariable warned
        $warned | Should -BeNullOrEmpty
        Get-BatchRun $journal | Should -BeNullOrEmpty
    }
}

Describe 'The cmdlets of journals' {
    It 'can be called by items' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        1 | Invoke-ConcurrentBatch { (Get-BatchItem $using:journal).Output; (Get-BatchRun $using:journal).Total } | Should -Be 1, 1
    }
}
